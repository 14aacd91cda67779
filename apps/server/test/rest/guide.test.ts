import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { seedDemo } from '@matinee/api';
import { expect, test } from 'vitest';
import { run } from '../run.ts';
import type { Output } from '../run.ts';
import { startTestServer } from '../server.ts';

const guide = new URL('../../../../docs/rest.md', import.meta.url);
const hasCurl = ['bash', 'curl'].every((name) => spawnSync(name, ['--version']).status === 0);

/** The commands of the guide, from top to bottom, in one shell as it asks for. */
async function runGuide(url: string): Promise<Output> {
  const blocks = [...(await readFile(guide, 'utf8')).matchAll(/^```sh\n([^]*?)^```$/gm)];
  // A newline after each answer: curl ends none.
  const commands = blocks.map(([, block = '']) => block.replace(/^curl .*$/gm, '$&; echo'));
  const script = commands.join('\n').replaceAll('http://127.0.0.1:8000', url);
  const cwd = await mkdtemp(join(tmpdir(), 'matinee-guide-'));
  const env = { PATH: `${dirname(process.execPath)}:${process.env.PATH}` };
  try {
    return await run('bash', ['--norc', '-uc', script], { env, cwd });
  } finally {
    await rm(cwd, { recursive: true });
  }
}

test.skipIf(!hasCurl)(
  'every command of the guide does what the guide says',
  async () => {
    const server = await startTestServer();
    try {
      await seedDemo(server.app);
      const { code, out, err } = await runGuide(server.url);
      expect({ code, err }).toEqual({ code: 0, err: '' });

      const refused = [...out.matchAll(/"success":false,"error":\{"code":"(\w+)"/g)];
      expect(refused.map(([, name]) => name)).toEqual([
        'ALREADY_CANCELLED',
        'VALIDATION_ERROR',
        'LOCK_EXPIRED',
        'AUTHENTICATION_REQUIRED',
        'METHOD_NOT_ALLOWED',
        'NOT_FOUND',
        'TOKEN_INVALID',
      ]);
      const messages = [...out.matchAll(/"message":"([^"]+)"\}$/gm)].map(([, message]) => message);
      expect(messages).toEqual(
        expect.arrayContaining(['Seats locked.', 'Reservation confirmed.', 'Poster stored.']),
      );
      expect(out).toContain('HTTP/1.1 304 Not Modified');
      expect(out.toLowerCase()).toContain('idempotency-replayed: true');
      expect(out).toMatch(/^Allow: .*GET/im);
      expect(out).toContain('"type":"snapshot"');
    } finally {
      await server.close();
    }
  },
  60_000,
);
