import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: ['src/index.ts'],
  format: ['esm', 'cjs'],
  platform: 'neutral',
  target: 'es2022',
  sourcemap: true,
  dts: true,
  // The declarations of `@trpc/server` use a library that has to be asked for.
  banner: { dts: '/// <reference lib="esnext.disposable" />' },
});
