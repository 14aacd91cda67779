import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';

/** The service worker, beside `index.html`. */
export const workerFile = 'service-worker.js';

/** Writes the names of the bundled files into the service worker, and a version made from their contents. */
export function ownFiles(): Plugin {
  return {
    name: 'own-files',
    // `index.html` is part of the bundle only after the plugins of Vite.
    enforce: 'post',
    generateBundle(_options, bundle) {
      const worker = bundle[workerFile];
      if (worker?.type !== 'chunk') {
        throw new Error(`The bundle has no ${workerFile}.`);
      }
      const files = Object.values(bundle).filter(({ fileName }) => fileName !== workerFile);
      const digest = createHash('sha256');
      for (const file of files) {
        digest.update(file.type === 'chunk' ? file.code : file.source);
      }
      worker.code = worker.code
        .replace('OWN_FILES', JSON.stringify(files.map(({ fileName }) => fileName)))
        .replace('OWN_VERSION', JSON.stringify(digest.digest('hex').slice(0, 16)));
    },
  };
}
