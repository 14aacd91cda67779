import { execFile } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { aShowtime, aUser, callerOf } from '@matinee/api/testing';
import type { Scene } from '@matinee/api/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findExamples } from '../../../../packages/sdk/test/examples.ts';
import type { Example } from '../../../../packages/sdk/test/examples.ts';
import { startTestServer } from '../server.ts';
import type { TestServer } from '../server.ts';

/*
 * What the documentation of the SDK tells people to write, run as it stands against a server: each
 * in a process of its own, which has to end by itself. `packed.test.ts` compiles the same examples.
 */

const run = promisify(execFile);
const sdk = fileURLToPath(new URL('../../../../packages/sdk', import.meta.url));

/** Whom the documentation signs in. */
const demo = { email: 'user@example.com', password: 'matinee-demo-1' };

let server: TestServer;
let folder: string;
let poster: string;
beforeAll(async () => {
  server = await startTestServer();
  // The seed makes this account; nobody can register with such a password.
  const { email, password } = demo;
  const registered = { email, password: 'a-password-to-begin-with' };
  const { user } = await callerOf(server.app).auth.register(registered);
  await server.app.pool.query('update users set password_hash = $2 where id = $1', [
    user.id,
    await server.app.passwords.hash(password),
  ]);
  poster = await aPoster();
  folder = await realpath(await mkdtemp(join(tmpdir(), 'matinee-examples-')));
  await mkdir(join(folder, 'node_modules/@matinee'), { recursive: true });
  await symlink(sdk, join(folder, 'node_modules/@matinee/sdk'));
  await mkdir(join(folder, 'node_modules/@trpc'));
  for (const name of ['@trpc/client', 'superjson']) {
    await symlink(join(sdk, 'node_modules', name), join(folder, 'node_modules', name));
  }
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await server.close();
});

// Those of `api.ts` are recorded from a server already, and React runs in the tests of a browser.
const examples = (await findExamples()).filter(
  ({ place, language }) => language === 'ts' && !/^src\/(api\.ts|react\/)/.test(place),
);

describe('an example runs', () => {
  test.each(examples.map(({ place, code }) => [place, code] as const))(
    '%s',
    async (place, code) => {
      const told = await runExample({ place, code });

      expect(told.stderr).toBe('');
      expect(told.stdout).not.toContain('MatineeError');
    },
  );

  const refused = examples.filter(({ code }) => code.includes("'SEATS_UNAVAILABLE'"));
  test.each(refused.map(({ place, code }) => [place, code] as const))(
    '%s, when somebody else has the seats',
    async (place, code) => {
      const scene = await aShowtime(server.app, { seats: 2 });
      const rival = await aUser(server.app);
      const { seatIds } = scene;
      await rival.call.showtimes.lockSeats({ showtimeId: scene.showtime.id, seatIds });

      const told = await runExample({ place, code }, scene);

      expect(told.stderr).toBe('');
      expect(seatIds.filter((id) => !told.stdout.includes(id))).toEqual([]);
    },
  );
});

test('the documentation has examples, and an example that fails is noticed', async () => {
  expect(examples.length).toBeGreaterThanOrEqual(12);
  const code = `await matinee.movies.get({ movieId: showtimeId });`;

  await expect(runExample({ place: 'broken', code })).rejects.toThrow('NOT_FOUND');
});

/** Runs an example in front of a showtime of its own, with somebody signed in who may do it. */
async function runExample({ place, code }: Pick<Example, 'place' | 'code'>, scene?: Scene) {
  const stage = scene ?? (await aShowtime(server.app, { seats: 4 }));
  const { token } = /uploadPoster|new Door/.test(code) ? stage.admin : await aUser(server.app);
  const name = place.replaceAll(/\W/g, '-');
  const given = {
    token,
    url: server.url,
    showtimeId: stage.showtime.id,
    seatIds: stage.seatIds.slice(0, 2),
  };
  await writeFile(join(folder, `${name}-given.mts`), giving(given));
  await writeFile(join(folder, `${name}.mts`), `${filledIn(code, stage)}\n${callsIn(code)}`);
  const args = ['--conditions=@matinee/source', '--import', `./${name}-given.mts`, `${name}.mts`];
  return run(process.execPath, args, { cwd: folder, timeout: 25_000 });
}

/** The example with what it names in place of what it would name elsewhere. */
function filledIn(code: string, { showtime, movieId, seatIds, admin }: Scene): string {
  const placeholders: [RegExp, string][] = [
    [/http:\/\/127\.0\.0\.1:8000|https:\/\/cinema\.example\.com/g, server.url],
    [/https:\/\/example\.com\/poster\.webp/g, poster],
    [/an administrator’s/g, admin.token],
    [/whsec_…/g, webhookSecret],
    [/(?<=showtimeId: ')01a2…/g, showtime.id],
    [/(?<=movieId: ')01a2…/g, movieId],
    [/(?<=\[')01a2…/g, seatIds[0] ?? ''],
  ];
  const filled = placeholders.reduce((text, [sought, value]) => text.replace(sought, value), code);
  expect(filled).not.toMatch(/…'|example\.com\//);
  return filled;
}

/** Signs what the example of a webhook receives. */
const webhookSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

/** An example may be a function: how it is called. */
const calls: Record<string, string> = {
  lock: 'console.log(await lock(matinee, showtimeId, seatIds));',
  receive: `await receive(webhook(), '${webhookSecret}');`,
  POST: `
    const statuses = [await POST(webhook()), await POST(webhook('forged'))].map(({ status }) => status);
    if (String(statuses) !== '204,400') throw new Error('answered with ' + statuses);`,
};

/** A webhook as the server signs it. */
function signedWebhook(): { url: string; body: string; headers: Record<string, string> } {
  const body = JSON.stringify({
    type: 'reservation.confirmed',
    timestamp: new Date().toISOString(),
    data: { reference: 'K7MQ2XWD', seats: [] },
  });
  const id = randomUUID();
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const signature = createHmac('sha256', Buffer.from(webhookSecret.slice(6), 'base64'))
    .update(`${id}.${timestamp}.${body}`)
    .digest('base64');
  return {
    url: 'https://shop.example.com/webhooks',
    body,
    headers: {
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    },
  };
}

function callsIn(code: string): string {
  const names = [...code.matchAll(/^(?:export )?(?:async )?function (\w+)/gm)];
  return names
    .map(([, name = '']) => calls[name] ?? `throw new Error('How is ${name} called?');`)
    .join('\n');
}

/** What an example takes for granted: names, and what a browser has. */
function giving(given: { url: string; token: string; showtimeId: string; seatIds: string[] }) {
  const { url, token, ...names } = given;
  return `import { createMatinee } from '@matinee/sdk';
    const token = ${JSON.stringify(token)};
    const localStorage = { getItem: () => token, removeItem() {} };
    const matinee = createMatinee({ url: ${JSON.stringify(url)}, token });
    const { url: address, body, headers } = ${JSON.stringify(signedWebhook())};
    const webhook = (other = body) => new Request(address, { method: 'POST', headers, body: other });
    const given = { matinee, localStorage, webhook, ...${JSON.stringify(names)} };
    for (const [name, value] of Object.entries(given)) {
      Object.defineProperty(globalThis, name, { value });
    }`;
}

async function aPoster(): Promise<string> {
  const create = { width: 20, height: 30, channels: 3, background: 'maroon' } as const;
  const picture = await sharp({ create }).webp().toBuffer();
  return `data:image/webp;base64,${picture.toString('base64')}`;
}
