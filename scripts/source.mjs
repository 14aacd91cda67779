// @ts-check
// Runs a TypeScript program of the repository on Node 24, from the sources: `source.mjs FILE [args]`.
import { spawn } from 'node:child_process';
import { node24, root, setup } from './setup.mjs';

const [file = '', ...args] = process.argv.slice(2);
await setup();
const child = spawn(node24(), ['--conditions=@matinee/source', file, ...args], {
  cwd: root,
  stdio: 'inherit',
});
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.on(signal, () => child.kill(signal));
}
child.once('exit', (code) => {
  process.exitCode = code ?? 1;
});
