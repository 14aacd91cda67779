import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { seedDemo } from '@matinee/api';
import { expect, onTestFinished, test } from 'vitest';
import { run } from '../run.ts';
import { startTestServer } from '../server.ts';
import { openPdf } from './read-pdf.ts';

/* The commands of docs/tickets-and-the-door.md, word for word. */

const guide = new URL('../../../../docs/tickets-and-the-door.md', import.meta.url);
const hasCurl = ['bash', 'curl'].every((name) => spawnSync(name, ['--version']).status === 0);

test.skipIf(!hasCurl)('tickets and a door with curl', { timeout: 60_000 }, async () => {
  const server = await startTestServer();
  const folder = await mkdtemp(path.join(tmpdir(), 'matinee-guide-'));
  onTestFinished(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });
  await seedDemo(server.app);
  const blocks = (await readFile(guide, 'utf8')).matchAll(/^```sh\n([^]*?)^```$/gm);
  const script = Array.from(blocks, ([, block]) => block)
    .join('\n')
    .replaceAll('http://127.0.0.1:8000', server.url);
  const env = { PATH: `${path.dirname(process.execPath)}:${process.env['PATH']}` };
  const { code, err, out } = await run('bash', ['--norc', '-euc', script], { env, cwd: folder });

  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).not.toContain('"success":false');
  expect(out.match(/"result":"\w+"/g)).toEqual([
    '"result":"admitted"',
    '"result":"already_admitted"',
    '"result":"admitted"',
  ]);
  expect(out).toMatch(/"first":\{"at":"[^"]+","gate":"East","deviceId":"east-1"\}/);
  expect(out).toMatch(/TICKET_KEYS=1:[\w-]{43}$/m);
  const pdf = await readFile(path.join(folder, 'tickets.pdf'));
  expect((await openPdf(pdf)).numPages).toBe(2);
  expect(await readFile(path.join(folder, 'show.ics'), 'utf8')).toContain('BEGIN:VEVENT');
});
