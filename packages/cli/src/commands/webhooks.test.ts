import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MatineeError } from '@matinee/sdk';
import type { Matinee } from '@matinee/sdk';
import { verifyWebhook } from '@matinee/sdk/webhooks';
import { describe, expect, test, vi } from 'vitest';
import { fakeMatinee } from '../../test/fake-matinee.ts';
import { useOwnConfig } from '../../test/own-config.ts';
import { runFake } from '../../test/run-fake.ts';

const fake = vi.hoisted(() => ({ matinee: undefined as unknown }));
vi.mock('@matinee/sdk', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  createMatinee: () => fake.matinee as Matinee,
}));
// Readings follow one another immediately.
vi.mock('node:timers/promises', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  setTimeout: async () => {},
}));

useOwnConfig();

const w1 = '00000000-0000-7000-8000-000000000001';
const d1 = '00000000-0000-7000-8000-0000000000d1';
const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

const webhook = {
  id: w1,
  url: 'https://shop.example.org/matinee',
  events: ['reservation.confirmed'],
  description: null,
  enabled: true,
  disabledAt: null,
  disabledReason: null,
  failingSince: null,
  lastSuccessAt: new Date(Date.now() - 3 * 3_600_000),
  createdAt: new Date(0),
  updatedAt: new Date(0),
};

const delivery = (changes: object = {}) => ({
  id: d1,
  type: 'ping',
  state: 'open',
  timestamp: new Date(),
  availableAt: new Date(),
  doneAt: null,
  lastError: null,
  attempts: [],
  ...changes,
});

const attempt = {
  at: new Date(),
  durationMs: 84,
  isReplay: false,
  status: 204,
  answer: '',
  error: null,
};

async function against(
  line: string | readonly string[],
  answers: Parameters<typeof fakeMatinee>[0] = {},
  columns?: number,
) {
  const { matinee, calls } = fakeMatinee({
    'admin.webhooks.list': () => [webhook],
    'admin.webhooks.create': (input: object) => ({ ...webhook, ...input, secret }),
    'admin.webhooks.update': () => webhook,
    'admin.webhooks.delete': () => ({ id: w1, archived: false }),
    'admin.webhooks.rotateSecret': () => ({ ...webhook, secret }),
    'admin.webhooks.replay': () => ({ replayed: 2 }),
    'admin.webhooks.test': () => delivery(),
    ...answers,
  });
  fake.matinee = matinee;
  const options = columns === undefined ? {} : { columns, env: { NO_COLOR: '1' } };
  return { ...(await runFake(line, options)), calls };
}

describe('webhooks', () => {
  test('list shows where events go, and whether that works', async () => {
    const failing = { ...webhook, failingSince: new Date() };
    const gone = { ...webhook, enabled: false, disabledReason: 'gone', url: null };
    const answers = { 'admin.webhooks.list': () => [webhook, failing, gone] };
    const { data } = await against('webhooks list', answers, 120);
    expect(data).toMatch(/shop\.example\.org\/matinee +reservation\.confirmed +enabled +3 h ago/);
    expect(data).toMatch(/failing/);
    expect(data).toMatch(/\(a command that listens\) .*disabled \(gone\)/);
  });

  test('create takes types with commas between, and shows the secret', async () => {
    const line = 'webhooks create https://a.example.org/ --events a.b,c.d --disabled';
    const { calls, data, said } = await against(line);
    expect(calls[0]?.input).toEqual({
      url: 'https://a.example.org/',
      events: ['a.b', 'c.d'],
      enabled: false,
    });
    expect(data).toContain(secret);
    expect(said).toContain('it is not shown again');
    const without = await against('webhooks create https://a.example.org/');
    expect([without.exitCode, without.said]).toEqual([2, expect.stringContaining('--events')]);
  });

  test('update finds a webhook by its URL, and enables or disables it', async () => {
    const { calls } = await against(`webhooks update ${webhook.url} --enabled`);
    expect(calls.at(-1)).toEqual({
      path: 'admin.webhooks.update',
      input: { webhookId: w1, enabled: true },
    });
    const { calls: others } = await against(
      `webhooks update ${w1} --disabled --endpoint https://b.org --events *`,
    );
    expect(others.at(-1)?.input).toEqual({
      webhookId: w1,
      url: 'https://b.org',
      enabled: false,
      events: ['*'],
    });
    expect((await against(`webhooks update ${w1} --enabled --disabled`)).exitCode).toBe(2);
  });

  test('a test waits for its attempt, and fails with it', async () => {
    const after = (made: object) => {
      const readings = [delivery(), delivery({ attempts: [made] })];
      return {
        'admin.webhooks.deliveries': () => ({ items: [readings.shift()], nextCursor: null }),
      };
    };
    const good = await against(`webhooks test ${w1}`, after(attempt));
    expect(good).toMatchObject({ exitCode: 0, data: 'The endpoint answered 204 in 84 ms.\n' });
    const error = 'the endpoint answered 500';
    const bad = await against(`webhooks test ${w1}`, after({ ...attempt, status: 500, error }));
    expect(bad).toMatchObject({ exitCode: 1, data: `${error}\n` });
  });

  test.each([
    [`${w1} ${d1}`, { deliveryId: d1 }],
    [`${w1} --failed`, { failed: true }],
    [
      `${w1} --from 2026-12-24T00:00:00Z --to 2026-12-25T00:00:00Z`,
      { from: '2026-12-24T00:00:00Z', to: '2026-12-25T00:00:00Z' },
    ],
  ])('replay %s', async (operands, input) => {
    const { calls, data } = await against(`webhooks replay ${operands}`);
    expect(calls).toEqual([{ path: 'admin.webhooks.replay', input: { webhookId: w1, ...input } }]);
    expect(data).toBe('2 deliveries\n');
  });

  test.each([w1, `${w1} ${d1} --failed`])('replay %s is refused', async (operands) => {
    const { exitCode, calls } = await against(`webhooks replay ${operands}`);
    expect([exitCode, calls]).toEqual([2, []]);
  });
});

describe('webhooks listen', () => {
  const event = { type: 'ping', timestamp: new Date(0), data: { webhookId: w1 } };

  /** Three readings: nothing, an event, and the end. */
  const readings = () => {
    const pages = [[], [delivery()]];
    return {
      'admin.webhooks.deliveries': () => {
        const items = pages.shift();
        if (!items) {
          throw new MatineeError({ code: 'FORBIDDEN', message: 'Over.', status: 403, details: {} });
        }
        return { items, nextCursor: null };
      },
      'admin.webhooks.event': () => event,
    };
  };

  test('shows and forwards events, signed, and deletes its endpoint at the end', async () => {
    const received: { headers: Record<string, unknown>; body: string }[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => {
        received.push({ headers: request.headers, body });
        response.writeHead(202).end();
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    const line = `webhooks listen --forward http://127.0.0.1:${port}/ --events ping,a.b`;
    const { calls, data, said } = await against(line, readings());
    server.close();

    expect(calls[0]).toMatchObject({
      path: 'admin.webhooks.create',
      input: { url: null, events: ['ping', 'a.b'] },
    });
    expect(calls.at(-1)).toEqual({ path: 'admin.webhooks.delete', input: { webhookId: w1 } });
    expect(data).toMatch(/ping +→ 202$/m);
    expect(said).toContain(secret);
    expect(received).toHaveLength(1);
    const [{ headers, body } = { headers: {}, body: '' }] = received;
    expect(headers['webhook-id']).toBe(d1);
    await expect(
      verifyWebhook({ body, headers: headers as Record<string, string> }, secret),
    ).resolves.toEqual(event);
  });

  test('says why nothing could be forwarded', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => {
      server.close(resolve);
    });
    const { data } = await against(
      `webhooks listen --forward http://127.0.0.1:${port}/`,
      readings(),
    );
    expect(data).toContain('→ connect ECONNREFUSED');
  });

  test('refuses what is no URL', async () => {
    const { exitCode, calls } = await against('webhooks listen --forward localhost:3000');
    expect([exitCode, calls]).toEqual([2, []]);
  });
});
