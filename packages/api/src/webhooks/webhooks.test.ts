import { randomUUID } from 'node:crypto';
import { Webhook as Verifier } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { callerOf, createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { anAdmin, aShowtime, aUser, refusalOf } from '../../test/builders.ts';
import type { Person } from '../../test/builders.ts';
import { followUp } from '../../test/sale.ts';
import { aReceiver, plainSender } from '../../test/webhook-receiver.ts';
import type { Receiver } from '../../test/webhook-receiver.ts';
import { consequences } from '../consequences.ts';
import { inTransaction } from '../db/query.ts';
import { sweep } from '../housekeeping.ts';
import type { Mail } from '../notifications/mailer.ts';
import { delayAfter } from '../outbox/retries.ts';
import { OutboxWorker } from '../outbox/worker.ts';
import type { CreateWebhook, WebhookWithSecret } from './schema.ts';

const mails: Mail[] = [];
let running: TestApp;
let admin: Person;
let receiver: Receiver;
beforeAll(async () => {
  running = await createTestApp({ webhooks: { allowPrivate: true } }, undefined, {
    webhooks: plainSender,
    mailer: {
      send: async (mail) => {
        mails.push(mail);
        return undefined;
      },
    },
  });
  admin = await anAdmin(running.app);
  receiver = await aReceiver();
});
afterAll(async () => {
  await receiver.close();
  await running.close();
});
beforeEach(async () => {
  await running.asOwner('truncate webhook_endpoints, outbox cascade');
  receiver.received.length = 0;
  receiver.respond = { status: 204 };
  mails.length = 0;
});

const sql = async <Row extends object>(text: string, values: unknown[] = []) =>
  (await running.app.pool.query<Row>(text, values)).rows;

/** An endpoint at the receiver that wants confirmed reservations. */
function anEndpoint(input: Partial<CreateWebhook> = {}): Promise<WebhookWithSecret> {
  const events: CreateWebhook['events'] = ['reservation.confirmed'];
  return admin.call.admin.webhooks.create({ url: receiver.url, events, ...input });
}

/** A reservation of one seat. */
async function aSale() {
  const { showtime, seatIds } = await aShowtime(running.app);
  const user = await aUser(running.app);
  const input = { showtimeId: showtime.id, seatIds: seatIds.slice(0, 1) };
  await user.call.showtimes.lockSeats(input);
  return { user, showtime, reservation: await user.call.reservations.create(input) };
}

/** Makes the next attempts due. */
const letTimePass = () =>
  sql(`update deliveries set available_at = date_trunc('milliseconds', clock_timestamp())`);

const deliveriesOf = async (webhookId: string) =>
  (await admin.call.admin.webhooks.deliveries({ webhookId })).items;

/** The last thing that was received, verified by the library of Standard Webhooks. */
function verified(secret: string): unknown {
  const last = receiver.received.at(-1);
  return new Verifier(secret).verify(last?.body ?? '', {
    'webhook-id': String(last?.headers['webhook-id']),
    'webhook-timestamp': String(last?.headers['webhook-timestamp']),
    'webhook-signature': String(last?.headers['webhook-signature']),
  });
}

const asRest = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('an event', () => {
  test('is sent to the endpoints that want it, signed, with what REST returns', async () => {
    const endpoint = await anEndpoint();
    const other = await anEndpoint({ events: ['*'] });
    await anEndpoint({ events: ['movie.updated'] });
    await anEndpoint({ enabled: false });
    const { reservation } = await aSale();
    await followUp(running.app);

    const confirmed = receiver.received.filter(({ body }) => body.includes(reservation.id));
    expect(confirmed).toHaveLength(2);
    const [delivery] = await deliveriesOf(endpoint.id);
    receiver.received.push(
      ...confirmed.filter((each) => each.headers['webhook-id'] === delivery?.id),
    );
    const { id: reservationId } = reservation;
    expect(verified(endpoint.secret)).toEqual({
      type: 'reservation.confirmed',
      timestamp: delivery?.timestamp.toISOString(),
      data: asRest(await admin.call.reservations.get({ reservationId })),
    });
    expect(() => verified(other.secret)).toThrow('No matching signature');
    expect(delivery).toMatchObject({
      type: 'reservation.confirmed',
      state: 'done',
      attempts: [{ status: 204, error: null, isReplay: false }],
    });
    const read = { webhookId: endpoint.id, deliveryId: delivery?.id ?? '' };
    const event = await admin.call.admin.webhooks.event(read);
    expect(JSON.stringify(event)).toBe(receiver.received.at(-1)?.body);
    const after = await admin.call.admin.webhooks.get({ webhookId: endpoint.id });
    expect(after.lastSuccessAt).not.toBeNull();
  });

  test('of a sale that was rolled back is not sent', async () => {
    await anEndpoint({ events: ['*'] });
    const { showtime } = await aSale();
    await followUp(running.app);
    receiver.received.length = 0;
    const { app } = running;
    const context = { em: app.orm.em.fork(), pool: app.pool };
    const rolledBack = inTransaction(context, async (tx) => {
      await tx.em.execute(
        `select note_fact('showtime.updated', 'x', jsonb_build_object('showtimeId', ?::text), now())`,
        [showtime.id],
      );
      throw new Error('rolled back');
    });
    await expect(rolledBack).rejects.toThrow('rolled back');
    await followUp(app);
    expect(receiver.received).toEqual([]);
  });

  test('that no endpoint wants is not written', async () => {
    const { showtime } = await aSale();
    await admin.call.showtimes.update({ showtimeId: showtime.id, price: '11.00' });
    const kinds = await sql<{ kind: string }>('select distinct kind from outbox');
    expect(kinds.map(({ kind }) => kind)).toEqual(['reservation.confirmed']);
  });

  test('keeps its id when a server dies between sending and marking', async () => {
    const { secret } = await anEndpoint();
    await aSale();
    await followUp(running.app);
    // As the first server left it: attempted, leased and not marked.
    await sql(
      `update deliveries set done_at = null, attempts = 1, leased_by = gen_random_uuid(),
         leased_until = date_trunc('milliseconds', clock_timestamp()) where target <> ''`,
    );
    await followUp(running.app);
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(ids).toEqual([ids[0], ids[0]]);
    expect(verified(secret)).toMatchObject({ type: 'reservation.confirmed' });
  });
});

describe('a failed attempt', () => {
  test('is repeated nine times within three days, each time with the same id, then dead', async () => {
    const { id } = await anEndpoint();
    await aSale();
    receiver.respond = { status: 302, headers: { location: receiver.url }, body: 'moved' };
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 10; attempt += 1) {
      await followUp(running.app);
      const [row] = await sql<{ waits: number }>(
        `select extract(epoch from available_at - clock_timestamp())::float8 as waits
         from deliveries where target <> ''`,
      );
      waits.push(row?.waits ?? 0);
      await letTimePass();
    }
    const wanted = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
    for (const [place, seconds] of wanted.entries()) {
      expect(waits[place]).toBeGreaterThan(seconds * 0.8 - 2);
      expect(waits[place]).toBeLessThan(seconds * 1.2);
    }
    await followUp(running.app);
    const [delivery] = await deliveriesOf(id);
    expect(delivery).toMatchObject({ state: 'dead', lastError: 'the endpoint answered 302' });
    expect(delivery?.attempts).toHaveLength(10);
    expect(delivery?.attempts[0]).toMatchObject({
      status: 302,
      answer: 'moved',
      error: 'the endpoint answered 302',
    });
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  });

  test('waits for as long as the endpoint asks, and for a day at most', async () => {
    await anEndpoint();
    const waitsAfter = async (status: number, retryAfter: string) => {
      receiver.respond = { status, headers: { 'retry-after': retryAfter } };
      await sql(`update deliveries set attempts = 0,
        available_at = date_trunc('milliseconds', clock_timestamp()) where target <> ''`);
      await followUp(running.app);
      const [row] = await sql<{ waits: number }>(
        `select round(extract(epoch from available_at - clock_timestamp()))::int as waits
         from deliveries where target <> ''`,
      );
      return row?.waits;
    };
    await aSale();
    expect(await waitsAfter(429, '1000')).toBe(1_000);
    const date = new Date(Date.now() + 2_000_000).toUTCString();
    expect(Math.abs(((await waitsAfter(503, date)) ?? 0) - 2_000)).toBeLessThan(5);
    expect(await waitsAfter(503, '999999999')).toBe(86_400);
    expect(await waitsAfter(500, '1000')).toBeLessThan(10);
    expect(await waitsAfter(503, 'soon')).toBeLessThan(10);
  });

  test('with 410 disables the endpoint, and administrators receive a mail', async () => {
    const { id: webhookId } = await anEndpoint();
    await aSale();
    receiver.respond = { status: 410 };
    await followUp(running.app);
    const gone = await admin.call.admin.webhooks.get({ webhookId });
    expect(gone).toMatchObject({ enabled: false, disabledReason: 'gone' });
    const mail = mails.find(({ to }) => to === admin.email);
    expect(mail?.text).toContain(receiver.url);
    expect((await deliveriesOf(webhookId))[0]?.state).toBe('dead');
    await aSale();
    await followUp(running.app);
    expect(receiver.received).toHaveLength(1);
  });

  test('disables an endpoint that has had no success for five days, and no other', async () => {
    const { id: webhookId } = await anEndpoint();
    receiver.respond = { status: 500 };
    const failing = async (days: number) => {
      await sql(
        `update webhook_endpoints set failing_since = date_trunc('milliseconds',
        clock_timestamp() - make_interval(days => $1))`,
        [days],
      );
      await aSale();
      await followUp(running.app);
      return admin.call.admin.webhooks.get({ webhookId });
    };
    expect(await failing(4)).toMatchObject({ enabled: true, disabledAt: null });
    expect(mails.filter(({ subject }) => subject === 'A webhook was disabled')).toEqual([]);
    expect(await failing(5)).toMatchObject({ enabled: false, disabledReason: 'failing' });
    const told = mails.filter(({ subject }) => subject === 'A webhook was disabled');
    expect(told.map(({ to }) => to)).toContain(admin.email);
    expect(new Set(told.map(({ to }) => to)).size).toBe(told.length);

    receiver.respond = { status: 200 };
    const enabled = await admin.call.admin.webhooks.update({ webhookId, enabled: true });
    expect(enabled).toMatchObject({ enabled: true, disabledAt: null, failingSince: null });
    await aSale();
    await followUp(running.app);
    expect((await admin.call.admin.webhooks.get({ webhookId })).lastSuccessAt).not.toBeNull();
  });
});

describe('a replay', () => {
  test('is one attempt with the id of before, and changes nothing of what is known', async () => {
    const { id: webhookId, secret } = await anEndpoint();
    await aSale();
    receiver.respond = { status: 410 };
    await followUp(running.app);
    const before = await admin.call.admin.webhooks.get({ webhookId });
    const [delivery] = await deliveriesOf(webhookId);
    const deliveryId = delivery?.id ?? '';

    receiver.respond = { status: 500 };
    expect(await admin.call.admin.webhooks.replay({ webhookId, deliveryId })).toEqual({
      replayed: 1,
    });
    await followUp(running.app);
    await letTimePass();
    await followUp(running.app);
    expect(receiver.received).toHaveLength(2);
    expect(await admin.call.admin.webhooks.get({ webhookId })).toEqual(before);
    expect((await deliveriesOf(webhookId))[0]?.state).toBe('dead');

    receiver.respond = { status: 200 };
    await admin.call.admin.webhooks.replay({ webhookId, deliveryId });
    await followUp(running.app);
    expect(await admin.call.admin.webhooks.get({ webhookId })).toEqual(before);
    expect(verified(secret)).toMatchObject({ type: 'reservation.confirmed' });
    expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual(
      Array.from({ length: 3 }, () => deliveryId),
    );
    const [arrived] = await deliveriesOf(webhookId);
    expect(arrived).toMatchObject({ state: 'done' });
    expect(arrived?.attempts.map(({ isReplay, status }) => [isReplay, status])).toEqual([
      [true, 200],
      [true, 500],
      [false, 410],
    ]);
  });

  test('sends what has failed, or what happened in a time, and refuses both and neither', async () => {
    const { id: webhookId } = await anEndpoint();
    await aSale();
    await followUp(running.app);
    await sql(`update outbox set created_at = created_at - interval '2 hours'`);
    receiver.respond = { status: 410 };
    await aSale();
    await followUp(running.app);
    receiver.respond = { status: 204 };
    receiver.received.length = 0;
    const { replay } = admin.call.admin.webhooks;
    expect(await replay({ webhookId, failed: true })).toEqual({ replayed: 1 });
    await followUp(running.app);
    expect(await replay({ webhookId, failed: true })).toEqual({ replayed: 0 });
    const [from, to] = [new Date(Date.now() - 3 * 3_600_000), new Date(Date.now() - 3_600_000)];
    expect(await replay({ webhookId, from, to })).toEqual({ replayed: 1 });
    await followUp(running.app);
    expect(receiver.received).toHaveLength(2);

    for (const wrong of [{}, { from }, { to }, { from, to, failed: true as const }]) {
      expect((await refusalOf(replay({ webhookId, ...wrong }))).code).toBe('VALIDATION_ERROR');
    }
    const deliveryId = randomUUID();
    expect((await refusalOf(replay({ webhookId, deliveryId }))).code).toBe('NOT_FOUND');
  });
});

describe('the secret', () => {
  test('is shown once, replaced by another one, and both sign for a day', async () => {
    const { id: webhookId, secret } = await anEndpoint();
    expect(secret).toMatch(/^whsec_[\w+/]{43}=$/);
    expect(await admin.call.admin.webhooks.get({ webhookId })).not.toHaveProperty('secret');
    const second = await admin.call.admin.webhooks.rotateSecret({ webhookId });
    expect(second.secret).not.toBe(secret);
    await aSale();
    await followUp(running.app);
    expect(verified(secret)).toEqual(verified(second.secret));

    const third = await admin.call.admin.webhooks.rotateSecret({ webhookId });
    await aSale();
    await followUp(running.app);
    expect(verified(second.secret)).toEqual(verified(third.secret));
    expect(() => verified(secret)).toThrow('No matching signature');

    await sql(`update webhook_secrets set expires_at = date_trunc('milliseconds', clock_timestamp())
      where expires_at is not null`);
    const [delivery] = await deliveriesOf(webhookId);
    await admin.call.admin.webhooks.replay({ webhookId, deliveryId: delivery?.id ?? '' });
    await followUp(running.app);
    expect(verified(third.secret)).toMatchObject({ type: 'reservation.confirmed' });
    expect(() => verified(second.secret)).toThrow('No matching signature');
    expect((await sweep(running.app)).webhookSecrets).toBe(1);
  });

  test('is returned again under its idempotency key, and is in no table as it is', async () => {
    const call = callerOf(running.app, { token: admin.token, key: randomUUID() });
    const input = { url: receiver.url, events: ['*' as const] };
    const first = await call.admin.webhooks.create(input);
    expect(await call.admin.webhooks.create(input)).toEqual(first);
    const tables = ['idempotency_keys', 'audit_events', 'webhook_secrets', 'webhook_endpoints'];
    for (const table of tables) {
      const found = await sql(`select from ${table} t where t::text like $1`, [
        `%${first.secret.slice(6, 30)}%`,
      ]);
      expect([table, found.length]).toEqual([table, 0]);
    }
  });

  test('is encrypted anew when the secret of the configuration is replaced', async () => {
    const { id: webhookId, secret } = await anEndpoint();
    const before = await sql<{ sealed: string }>('select sealed from webhook_secrets');
    const old = running.app.config.jwt.secret;
    const jwt = { secret: 'another-one-'.repeat(4), previousSecrets: [old], expiresInMinutes: 60 };
    const next = await createTestApp({ jwt }, running.databaseUrl, { webhooks: plainSender });
    await aSale();
    await followUp(next.app);
    expect(verified(secret)).toMatchObject({ type: 'reservation.confirmed' });
    expect(await sql('select sealed from webhook_secrets')).not.toEqual(before);
    await next.app.close();

    await aSale();
    await followUp(running.app);
    const [lost] = await deliveriesOf(webhookId);
    expect(lost).toMatchObject({
      state: 'dead',
      lastError: 'the secret cannot be decrypted: make a new one',
    });
  });
});

describe('an endpoint', () => {
  test('that is deleted gives up what was open', async () => {
    const { id: webhookId } = await anEndpoint();
    await aSale();
    receiver.respond = { status: 500 };
    await followUp(running.app);
    await admin.call.admin.webhooks.delete({ webhookId });
    const [delivery] = await sql(`select done_at is not null as done, last_error as error
      from deliveries where target <> ''`);
    expect(delivery).toEqual({
      done: true,
      error: 'the endpoint answered 500; the endpoint was deleted',
    });
    expect((await refusalOf(admin.call.admin.webhooks.get({ webhookId }))).code).toBe('NOT_FOUND');
  });

  test('receives a ping for a test, once, even while it is disabled', async () => {
    const { id: webhookId, secret } = await anEndpoint({ enabled: false });
    receiver.respond = { status: 500 };
    const { id } = await admin.call.admin.webhooks.test({ webhookId });
    await followUp(running.app);
    expect(verified(secret)).toMatchObject({ type: 'ping', data: { webhookId } });
    expect(await deliveriesOf(webhookId)).toMatchObject([{ id, type: 'ping', state: 'dead' }]);
    const after = await admin.call.admin.webhooks.get({ webhookId });
    expect(after.failingSince).toBeNull();
  });

  test('without an address keeps its events for a client, and is deleted after a day', async () => {
    const { id: webhookId } = await anEndpoint({ url: null });
    const { reservation } = await aSale();
    await followUp(running.app);
    const [delivery] = await deliveriesOf(webhookId);
    expect(delivery).toMatchObject({ state: 'done', attempts: [] });
    const read = { webhookId, deliveryId: delivery?.id ?? '' };
    expect((await admin.call.admin.webhooks.event(read)).data).toMatchObject({
      id: reservation.id,
    });
    expect(receiver.received).toEqual([]);
    expect((await sweep(running.app)).webhookListeners).toBe(0);
    await sql(`update webhook_endpoints set created_at = created_at - interval '25 hours'`);
    expect((await sweep(running.app)).webhookListeners).toBe(1);
  });

  test('is audited, and for administrators alone', async () => {
    const { id: webhookId } = await anEndpoint({ description: 'The shop' });
    const { user } = await aSale();
    expect((await refusalOf(user.call.admin.webhooks.list({}))).code).toBe('FORBIDDEN');
    const [entry] = (await admin.call.admin.audit.list({ subject: webhookId })).items;
    expect(entry).toMatchObject({ action: 'admin.webhooks.create', actor: { id: admin.id } });
    expect(JSON.stringify(entry)).toContain('The shop');
    expect(JSON.stringify(entry)).not.toContain('whsec_');
  });

  test('that is slow delays neither mails nor other endpoints', async () => {
    let answer = () => {};
    const after = new Promise<void>((resolve) => (answer = resolve));
    const slow = await aReceiver();
    slow.respond = { status: 204, after };
    await anEndpoint({ url: slow.url });
    for (let sale = 0; sale < 6; sale += 1) {
      await aSale();
    }
    const worker = new OutboxWorker(running.app, consequences);
    await worker.round();
    await anEndpoint();
    await aSale();
    await worker.round();
    await expect.poll(() => receiver.received.length).toBe(1);
    expect(mails).toHaveLength(7);
    expect(slow.received.length).toBeLessThanOrEqual(4);
    answer();
    await worker.idle();
    expect(slow.received).toHaveLength(7);
    await slow.close();
  });

  test('that has failed takes one place at a time, and six of them leave room for others', async () => {
    let answer = () => {};
    const after = new Promise<void>((resolve) => (answer = resolve));
    const slow = await aReceiver();
    slow.respond = { status: 204, after };
    for (let each = 0; each < 8; each += 1) {
      await anEndpoint({ url: slow.url });
    }
    await sql(`update webhook_endpoints set failing_since = date_trunc('milliseconds', now())`);
    await aSale();
    await aSale();
    const worker = new OutboxWorker(running.app, consequences);
    await worker.round();
    await expect.poll(() => slow.received.length).toBe(6);
    await anEndpoint();
    await aSale();
    await worker.round();
    await expect.poll(() => receiver.received.length).toBe(1);
    expect(slow.received).toHaveLength(6);
    answer();
    await worker.idle();
    await slow.close();
  });
});

test('attempts are kept for 30 days, and so are the facts that endpoints have received', async () => {
  const { id: webhookId } = await anEndpoint();
  await aSale();
  await followUp(running.app);
  const age = (days: number) =>
    sql(
      `with aged as (
         update outbox set created_at = created_at - make_interval(days => $1),
           kept_until = kept_until - make_interval(days => $1))
       update webhook_attempts set at = at - make_interval(days => $1)`,
      [days],
    );
  await age(8);
  expect(await sweep(running.app)).toMatchObject({ facts: 0, webhookAttempts: 0 });
  expect((await deliveriesOf(webhookId))[0]?.attempts).toHaveLength(1);
  await age(23);
  expect(await sweep(running.app)).toMatchObject({ facts: 1 });
  expect(await deliveriesOf(webhookId)).toEqual([]);
});

test('attempts follow the schedule of Standard Webhooks, up to a fifth earlier or later', () => {
  const hours = [2, 5, 10, 14, 20, 24].map((each) => each * 3_600);
  for (const [place, seconds] of [5, 300, 1_800, ...hours].entries()) {
    const delays = Array.from({ length: 20 }, () => delayAfter('sendWebhook', place + 1) ?? 0);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(seconds * 0.8);
    expect(Math.max(...delays)).toBeLessThanOrEqual(seconds * 1.2);
    expect(new Set(delays).size).toBeGreaterThan(10);
  }
  expect(delayAfter('sendWebhook', 10)).toBeUndefined();
});
