import path from 'node:path';

/**
 * The folder of the repository, from the sources as from the build. The build has one folder: in a
 * deeper folder of the sources this line would be wrong there.
 */
export const rootDir = path.resolve(import.meta.dirname, '../../..');
