import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { seedDemo } from '@matinee/api';
import { expect, onTestFinished, test } from 'vitest';
import { run } from '../run.ts';
import { startTestServer } from '../server.ts';
import { openShop, providerFor } from './stripe-shop.ts';

/* The commands of docs/taking-money.md that need a server, after those of docs/rest.md that lead to them. */

const docs = new URL('../../../../docs/', import.meta.url);
const hasCurl = ['bash', 'curl'].every((name) => spawnSync(name, ['--version']).status === 0);

/** The blocks of a guide that contain a text. */
async function blocksWith(guide: string, ...texts: string[]): Promise<string[]> {
  const blocks = (await readFile(new URL(guide, docs), 'utf8')).matchAll(/^```sh\n([^]*?)^```$/gm);
  return [...blocks]
    .map(([, block = '']) => block)
    .filter((block) => texts.some((each) => block.includes(each)));
}

test.skipIf(!hasCurl)('a seat is paid with curl', { timeout: 60_000 }, async () => {
  const { stripe } = await openShop();
  const payments = [await providerFor(stripe)];
  const server = await startTestServer({}, undefined, { payments });
  onTestFinished(() => server.close());
  await seedDemo(server.app);
  const before = await blocksWith(
    'rest.md',
    'url=http',
    '/auth/register',
    'token=$(',
    'show=$(',
    'seats=$(',
    '/lock-seats -H "$auth" -H "$json" -d "{\\"seatIds\\":$seats}"',
  );
  const [pays = '', ...others] = await blocksWith('taking-money.md', 'curl');
  expect(others).toEqual([]);
  const lines = [...before, pays, `echo; echo "payment=$payment reservation=$reservation"`];
  const script = lines.join('\n').replaceAll('http://127.0.0.1:8000', server.url);
  const env = { PATH: `${dirname(process.execPath)}:${process.env.PATH}` };
  const { code, err, out } = await run('bash', ['--norc', '-uc', script], { env });

  expect({ code, err }).toEqual({ code: 0, err: '' });
  const [, payment, reservation] = /payment=(\S+) reservation=(\S+)/.exec(out) ?? [];
  expect(stripe.payments()).toMatchObject([
    { metadata: { paymentId: payment, reservationId: reservation } },
  ]);
  expect(out).toContain('"message":"Payment read from its provider."');
  expect(out).toMatch(/"status":"open"/);
});
