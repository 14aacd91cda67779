import { readFile } from 'node:fs/promises';
import { Webhook } from 'standardwebhooks';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { signWebhook, verifyWebhook, WebhookVerificationError } from './index.ts';
import type { WebhookEventOf, WebhookProblem } from './index.ts';
import { instantKeys } from './verify.ts';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const other = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
const id = '019ac0de-0000-7000-8000-000000000001';
const body = JSON.stringify({
  type: 'ping',
  timestamp: '2026-11-20T18:00:00.000Z',
  data: { webhookId: '019ac0de-0000-7000-8000-000000000002' },
});
const now = new Date('2026-11-20T18:00:01.500Z');
const after = (seconds: number) => new Date(now.getTime() + seconds * 1_000);

/** Why a request was refused; fails when it was not. */
async function problemOf(verifying: Promise<unknown>): Promise<WebhookProblem> {
  const error: unknown = await verifying.then(
    () => new Error('It was not refused.'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(WebhookVerificationError);
  return (error as WebhookVerificationError).problem;
}

/** The headers as the library of Standard Webhooks writes them. */
function theirHeaders(signedWith = secret, at = now) {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(signedWith).sign(id, at, body),
  };
}

describe('a request', () => {
  test('that the library of Standard Webhooks has signed is verified, and its event typed', async () => {
    const event = await verifyWebhook({ body: body, headers: theirHeaders() }, secret, { now });
    expect(event).toEqual({
      type: 'ping',
      timestamp: new Date('2026-11-20T18:00:00.000Z'),
      data: { webhookId: '019ac0de-0000-7000-8000-000000000002' },
    });
    if (event.type === 'reservation.confirmed') {
      expectTypeOf(event.data.reference).toEqualTypeOf<string>();
      expectTypeOf(event).toEqualTypeOf<WebhookEventOf<'reservation.confirmed'>>();
    }
  });

  test('that is signed here is verified by that library', async () => {
    const at = new Date();
    const headers = await signWebhook({ id, at, body }, secret);
    expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
    expect(headers['webhook-signature']).toBe(new Webhook(secret).sign(id, at, body));
    expect(() => new Webhook(other).verify(body, headers)).toThrow('No matching signature');
  });

  test('is verified as bytes, and with the headers of fetch and of Node', async () => {
    const headers = theirHeaders();
    const bytes = new TextEncoder().encode(body);
    await expect(
      verifyWebhook({ body: bytes, headers: new Headers(headers) }, secret, { now }),
    ).resolves.toBeDefined();
    const upper = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]),
    );
    await expect(
      verifyWebhook({ body: body, headers: upper }, secret, { now }),
    ).resolves.toBeDefined();
  });

  test('has one fitting signature among several, for one of the secrets', async () => {
    const [one, two] = [theirHeaders(), theirHeaders(other)];
    const signatures = [
      'v1a,AAAA',
      'v1',
      'v1,%%%',
      one['webhook-signature'],
      two['webhook-signature'],
    ];
    const headers = { ...one, 'webhook-signature': signatures.join(' ') };
    for (const each of [secret, other, [other, secret]]) {
      await expect(
        verifyWebhook({ body: body, headers: headers }, each, { now }),
      ).resolves.toBeDefined();
    }
    const third = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
    expect(await problemOf(verifyWebhook({ body: body, headers: headers }, third, { now }))).toBe(
      'wrong_signature',
    );
  });
});

describe('a request is refused', () => {
  test.each([300, 0, -300])('not when its time is %s seconds away', async (seconds) => {
    const headers = theirHeaders(secret, after(seconds));
    await expect(
      verifyWebhook({ body: body, headers: headers }, secret, { now }),
    ).resolves.toBeDefined();
  });

  test('when its time is more than five minutes away', async () => {
    const old = verifyWebhook({ body, headers: theirHeaders(secret, after(-301)) }, secret, {
      now,
    });
    const early = verifyWebhook({ body, headers: theirHeaders(secret, after(301)) }, secret, {
      now,
    });
    expect(await problemOf(old)).toBe('too_old');
    expect(await problemOf(early)).toBe('too_new');
    const patient = { now, toleranceSeconds: 301 };
    const headers = theirHeaders(secret, after(-301));
    await expect(
      verifyWebhook({ body: body, headers: headers }, secret, patient),
    ).resolves.toBeDefined();
  });

  test.each([
    ['body', `${body} `, {}],
    ['id', body, { 'webhook-id': `${id}0` }],
    ['time', body, { 'webhook-timestamp': String(Math.floor(now.getTime() / 1_000) - 1) }],
    [
      'version of the signature',
      body,
      { 'webhook-signature': theirHeaders()['webhook-signature'].replace('v1', 'v2') },
    ],
    ['signature', body, { 'webhook-signature': 'v1,' }],
  ])('when its %s is another one', async (_what, changed, headers) => {
    const verifying = verifyWebhook(
      { body: changed, headers: { ...theirHeaders(), ...headers } },
      secret,
      { now },
    );
    expect(await problemOf(verifying)).toBe('wrong_signature');
  });

  test.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])(
    'when its header %s is missing',
    async (name) => {
      const headers = { ...theirHeaders(), [name]: undefined };
      expect(
        await problemOf(verifyWebhook({ body: body, headers: headers }, secret, { now })),
      ).toBe('missing_header');
    },
  );

  test('when its time is no number, or its body no event', async () => {
    const headers = { ...theirHeaders(), 'webhook-timestamp': 'now' };
    expect(await problemOf(verifyWebhook({ body: body, headers: headers }, secret, { now }))).toBe(
      'bad_timestamp',
    );
    for (const text of ['', '[]', '7', '{"type":"ping"}']) {
      const signed = await signWebhook({ id, at: now, body: text }, secret);
      expect(await problemOf(verifyWebhook({ body: text, headers: signed }, secret, { now }))).toBe(
        'bad_body',
      );
    }
  });

  test('with a secret that is none', async () => {
    const verifying = verifyWebhook({ body: body, headers: theirHeaders() }, 'whsec_%', { now });
    await expect(verifying).rejects.toThrow('whsec_ and base64');
  });
});

test('every instant of an event becomes a date, and nothing else', async () => {
  const file = new URL('../../../../docs/openapi.json', import.meta.url);
  const { components } = JSON.parse(await readFile(file, 'utf8')) as {
    components: { schemas: Record<string, unknown> };
  };
  const instants = new Set<string>();
  const others = new Set<string>();
  const seen = new Set<string>();
  const collect = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) {
      return;
    }
    const { $ref, properties } = part as { $ref?: string; properties?: Record<string, object> };
    const name = $ref?.split('/').at(-1);
    if (name !== undefined && !seen.has(name)) {
      seen.add(name);
      collect(components.schemas[name]);
    }
    for (const [key, schema] of Object.entries(properties ?? {})) {
      ('format' in schema && schema.format === 'date-time' ? instants : others).add(key);
    }
    Object.values(part).forEach(collect);
  };
  collect(components.schemas['WebhookEvent']);
  expect([...instants].toSorted()).toEqual([...instantKeys].toSorted());
  expect([...others].filter((key) => instantKeys.has(key))).toEqual([]);
});
