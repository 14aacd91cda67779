import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: { main: 'src/main.ts', 'update-check': 'src/update/check.ts' },
  format: 'esm',
  platform: 'node',
  target: 'node20',
  dts: false,
  fixedExtension: false,
  // Every command needs these: one file is read faster than forty.
  deps: { alwaysBundle: ['commander', 'csv-stringify/sync', 'env-paths', 'string-width'] },
});
