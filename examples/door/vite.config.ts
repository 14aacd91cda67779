import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { ownFiles, workerFile } from './own-files.ts';

// A page may call the server when its origin is in ALLOWED_ORIGINS. This one is there by default.
const origin = { host: 'localhost', port: 3000, strictPort: true };
const fileHere = (name: string) => fileURLToPath(new URL(name, import.meta.url));

export default defineConfig({
  // The page and its service worker find each other in any folder of a host.
  base: './',
  server: origin,
  preview: origin,
  plugins: [ownFiles()],
  build: {
    rolldownOptions: {
      input: { page: fileHere('index.html'), worker: fileHere('service-worker.ts') },
      output: {
        // Browsers look for a new worker at the address of the old one: its name has no hash.
        entryFileNames: ({ name }) => (name === 'worker' ? workerFile : 'assets/[name]-[hash].js'),
      },
    },
  },
});
