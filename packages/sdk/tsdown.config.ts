import { defineConfig } from 'tsdown';
import type { UserConfig } from 'tsdown';

/** A test builds elsewhere, so that others can use the last build meanwhile. */
const outDir = process.env['OUT_DIR'] ?? 'dist';

const common: UserConfig = {
  format: ['esm', 'cjs'],
  platform: 'neutral',
  target: 'es2022',
  sourcemap: true,
  dts: true,
};

export default defineConfig([
  {
    ...common,
    entry: ['src/index.ts'],
    outDir,
    // The declarations of `@trpc/server` use a library that has to be asked for.
    banner: { dts: '/// <reference lib="esnext.disposable" />' },
  },
  {
    ...common,
    entry: ['src/door/index.ts'],
    outDir: `${outDir}/door`,
    clean: false,
    deps: { neverBundle: ['@matinee/sdk'] },
  },
  {
    ...common,
    entry: ['src/webhooks/index.ts'],
    outDir: `${outDir}/webhooks`,
    clean: false,
  },
  {
    ...common,
    entry: ['src/react/index.ts'],
    outDir: `${outDir}/react`,
    // Module by module: `use client` stays where it stands.
    unbundle: true,
    inputOptions: { checks: { moduleLevelDirective: false } },
    clean: false,
    // The client itself is one copy, whatever part of the package asks for it.
    deps: { neverBundle: ['@matinee/sdk', 'react', 'react/jsx-runtime'] },
  },
]);
