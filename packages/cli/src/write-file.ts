import { writeFileSync } from 'node:fs';
import { usageError } from './failure.ts';
import { plain } from './output/text.ts';

const reasons: Partial<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  EISDIR: 'it is a folder',
  EACCES: 'not permitted',
};

/** Writes a file whose name the user gave. @throws CliError when it cannot be written */
export function writeFile(file: string, data: string | Uint8Array): void {
  if (file === '-') {
    throw usageError('Files are not written to standard output.', 'Name a file, such as ./file.');
  }
  try {
    writeFileSync(file, data);
  } catch (error) {
    const { code = 'failed' } = error as NodeJS.ErrnoException;
    throw usageError(`Cannot write "${plain(file)}": ${reasons[code] ?? code}.`);
  }
}
