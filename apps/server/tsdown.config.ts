import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: ['src/main.ts', 'src/create-admin.ts', 'src/backup.ts', 'src/restore.ts'],
  format: 'esm',
  platform: 'node',
  target: 'node22',
  dts: false,
  sourcemap: true,
  fixedExtension: false,
});
