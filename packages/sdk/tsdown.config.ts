import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'tsdown';
import type { UserConfig } from 'tsdown';

const here = dirname(fileURLToPath(import.meta.url));

/**
 * The router's types are inferred, so only the compiler can write them down; the bundler then
 * takes out of them what a caller sees, in one file, and leaves the server behind.
 */
function emitDeclarations(): string {
  const folder = mkdtempSync(join(tmpdir(), 'matinee-sdk-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const compiler = join(here, '../../node_modules/.bin/tsc');
  const options = ['-p', 'tsconfig.declarations.json', '--outDir', folder];
  execFileSync(compiler, options, { cwd: here, stdio: 'inherit' });
  return join(folder, 'packages');
}

/** Emitted declarations name each other as the sources do, with `.ts`. */
function resolveDeclarations(packages: string) {
  return {
    name: 'resolve-declarations',
    resolveId(id: string, importer: string | undefined): string | undefined {
      if (id === '@matinee/api') {
        return join(packages, 'api/src/index.d.ts');
      }
      return importer?.startsWith(packages) && /^\.\.?\/.*\.ts$/.test(id)
        ? resolve(dirname(importer), id.replace(/\.ts$/, '.d.ts'))
        : undefined;
    },
  };
}

export default defineConfig((): UserConfig[] => {
  const packages = emitDeclarations();
  return [
    {
      entry: ['src/index.ts'],
      format: ['esm', 'cjs'],
      platform: 'neutral',
      target: 'es2022',
      dts: false,
    },
    {
      entry: { index: join(packages, 'sdk/src/index.d.ts') },
      platform: 'neutral',
      clean: false,
      dts: { dtsInput: true, emitDtsOnly: true },
      plugins: [resolveDeclarations(packages)],
      treeshake: { moduleSideEffects: false },
      deps: { neverBundle: true, alwaysBundle: ['@matinee/api'] },
      // The declarations of `@trpc/server` use a library that has to be asked for.
      banner: '/// <reference lib="esnext.disposable" />',
      // The same text: which module it describes is in the name.
      onSuccess: ({ outDir }) =>
        copyFileSync(join(outDir, 'index.d.ts'), join(outDir, 'index.d.cts')),
    },
  ];
});
