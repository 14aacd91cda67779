import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { seedDemo } from '@matinee/api';
import { expect, onTestFinished, test } from 'vitest';
import { run } from './run.ts';
import { startTestServer } from './server.ts';

/* The commands of docs/selling-tickets.md, but for those of the command itself. */

const guide = new URL('../../../docs/selling-tickets.md', import.meta.url);
const hasCurl = ['bash', 'curl'].every((name) => spawnSync(name, ['--version']).status === 0);

test.skipIf(!hasCurl)('a list, a purchase and a shift with curl', { timeout: 60_000 }, async () => {
  const server = await startTestServer();
  onTestFinished(() => server.close());
  await seedDemo(server.app);
  const blocks = (await readFile(guide, 'utf8')).matchAll(/^```sh\n([^]*?)^```$/gm);
  const lines = [...blocks].map(([, block = '']) => block).filter((block) => !/npx/.test(block));
  const script = lines.join('\n').replaceAll('http://127.0.0.1:8000', server.url);
  const env = { PATH: `${dirname(process.execPath)}:${process.env.PATH}` };
  const { code, err, out } = await run('bash', ['--norc', '-uc', script], { env });

  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).not.toContain('"success":false');
  // The quote and the purchase, with the fee; the sale at the desk, moved and exchanged, without it.
  expect(out.match(/"total":"[\d.]+"/g)).toEqual([
    '"total":"21.00"',
    '"total":"21.00"',
    '"total":"20.00"',
    '"total":"20.00"',
    '"total":"24.00"',
  ]);
  expect(out.match(/"difference":"[\d.]+"/g)?.slice(0, 2)).toEqual([
    '"difference":"0.00"',
    '"difference":"4.00"',
  ]);
  expect(out).toContain('"changeDue":"30.00"');
  expect(out).toContain('"counted":"124.00","difference":"0.00"');
});
