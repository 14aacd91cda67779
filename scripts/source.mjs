// @ts-check
// Runs a TypeScript program or a tool of the repository on Node 24, from the sources:
// `source.mjs [--no-build] FILE [args]`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { endAs } from './launch.mjs';
import { node24, root, setup } from './setup.mjs';

await endAs(async () => {
  const args = process.argv.slice(2);
  const needsBuild = args[0] !== '--no-build';
  await setup({ needsBuild });
  const command = ['--conditions=@matinee/source', ...args.slice(needsBuild ? 0 : 1)];
  const child = spawn(node24(), command, { cwd: root, stdio: 'inherit' });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.on(signal, () => child.kill(signal));
  }
  const [code, signal] = await once(child, 'exit');
  return code ?? 128 + constants.signals[/** @type {NodeJS.Signals} */ (signal)];
});
