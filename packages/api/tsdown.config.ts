import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    openapi: 'src/openapi/index.ts',
    'qr-path': 'src/tickets/qr-path.ts',
  },
  format: 'esm',
  platform: 'node',
  target: 'node22',
  dts: false,
  sourcemap: true,
  fixedExtension: false,
});
