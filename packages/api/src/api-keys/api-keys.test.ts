import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { callerOf, createTestApp } from '../../test/app.ts';
import type { Caller, TestApp } from '../../test/app.ts';
import { anAdmin, anApiKey, aShowtime, aUser, days, refusalOf } from '../../test/builders.ts';
import type { Person, Scene } from '../../test/builders.ts';
import { writeKey } from '../auth/key-text.ts';
import { defaultSite } from '../db/entities/theater.ts';
import { standardTicketType } from '../db/entities/ticket-type.ts';
import type { SellAtDesk } from '../desk/schema.ts';

let running: TestApp;
let admin: Person;
/** A show of the default site, and one of another. */
let here: Scene;
let there: Scene;
const otherSite = randomUUID();
beforeAll(async () => {
  running = await createTestApp({ rateLimit: true });
  admin = await anAdmin(running.app);
  here = await aShowtime(running.app, { seats: 40 });
  there = await aShowtime(running.app);
  await sql(
    `insert into sites (id, name, timezone, refund_policy)
     select $1, 'Another', timezone, refund_policy from sites where id = $2`,
    [otherSite, defaultSite],
  );
  await sql('update theaters set site_id = $1 where id = $2', [otherSite, there.theater.id]);
});
afterAll(() => running.close());

const sql = (text: string, values: unknown[] = []) => running.app.pool.query(text, values);
const codeOf = async (call: Promise<unknown>) => (await refusalOf(call)).code;
const audit = async (filters: { action?: string; subject?: string; actorId?: string }) => {
  await running.app.refusals.settle();
  return (await admin.call.admin.audit.list(filters)).items;
};
const seatsOf = ({ seatIds }: Scene, places: number[]) =>
  places.map((place) => ({ seatId: seatIds[place] ?? '', ticketTypeId: standardTicketType }));
const sale = (
  scene: Scene,
  places: number[],
  tender: SellAtDesk['tender'] = 'card_terminal',
): SellAtDesk => ({ showtimeId: scene.showtime.id, seats: seatsOf(scene, places), tender });

describe('a key', () => {
  test('is shown once, and only its digest is stored', async () => {
    const input = { name: 'Kiosk', scopes: ['read', 'sell'], siteId: defaultSite } as const;
    const expiresAt = new Date(Date.now() + days(30));
    const made = await admin.call.admin.apiKeys.create({
      ...input,
      scopes: [...input.scopes],
      expiresAt,
    });
    expect(made).toEqual({
      id: expect.any(String) as unknown,
      key: expect.stringMatching(/^mk_[0-9A-Za-z]{49}$/) as unknown,
    });
    const listed = await admin.call.admin.apiKeys.list();
    expect(listed.find(({ id }) => id === made.id)).toEqual({
      id: made.id,
      name: 'Kiosk',
      ending: made.key.slice(-6),
      scopes: ['sell', 'read'],
      siteId: defaultSite,
      createdBy: { id: admin.id, email: admin.email },
      createdAt: expect.any(Date) as unknown,
      expiresAt,
      lastUsedAt: null,
      revokedAt: null,
    });
    const { rows } = await sql('select digest from api_keys where id = $1', [made.id]);
    expect(rows).toEqual([{ digest: createHash('sha256').update(made.key).digest() }]);
  });

  test('needs a scope, a site that there is and an end that is to come', async () => {
    const { create } = admin.call.admin.apiKeys;
    const key = { name: 'Kiosk', scopes: ['read' as const] };
    expect(await codeOf(create({ ...key, scopes: [] }))).toBe('VALIDATION_ERROR');
    expect(await codeOf(create({ ...key, scopes: ['read', 'read'] }))).toBe('VALIDATION_ERROR');
    expect(await refusalOf(create({ ...key, siteId: randomUUID() }))).toMatchObject({
      code: 'NOT_FOUND',
      details: { field: 'siteId' },
    });
    const expiresAt = new Date(Date.now() - 1_000);
    expect(await codeOf(create({ ...key, expiresAt }))).toBe('VALIDATION_ERROR');
  });

  test('is the same for a repetition, which nothing stored can make it of', async () => {
    const call = callerOf(running.app, { token: admin.token, key: randomUUID() });
    const input = { name: 'Repeated', scopes: ['read' as const] };
    const first = await call.admin.apiKeys.create(input);
    expect(await call.admin.apiKeys.create(input)).toEqual(first);
    const { rows } = await sql(
      `select count(*)::int as count from api_keys where name = 'Repeated'`,
    );
    expect(rows).toEqual([{ count: 1 }]);
    const { rows: stored } = await sql(
      `select answer::json->'json'->>'seed' as seed, answer as text from idempotency_keys
       where procedure = 'admin.apiKeys.create'`,
    );
    const [kept] = stored as { seed: string; text: string }[];
    expect(kept?.text).not.toContain(first.key.slice(3, -6));
    expect(writeKey(Buffer.from(kept?.seed ?? '', 'base64url'))).not.toBe(first.key);
  });

  test('is known again by the minute of its last use', async () => {
    const { id, call } = await anApiKey(running.app, ['read']);
    const used = async () => {
      await call.movies.list({});
      await running.app.apiKeys.settle();
      const { rows } = await sql('select last_used_at from api_keys where id = $1', [id]);
      return (rows as { last_used_at: Date }[])[0]?.last_used_at;
    };
    const first = await used();
    expect(first).toBeInstanceOf(Date);
    expect(await used()).toEqual(first);
    // Another server, a minute later.
    const other = await createTestApp({}, running.databaseUrl);
    await sql(`update api_keys set last_used_at = last_used_at - interval '61 s' where id = $1`, [
      id,
    ]);
    other.app.apiKeys.noteUse({ id, isFresh: false });
    await other.close();
    expect((await used())?.getTime()).toBeGreaterThanOrEqual(first?.getTime() ?? Infinity);
  });
});

describe('a bad key', () => {
  const unlike = (key: string) => (key.endsWith('0') ? '1' : '0');
  const bad: [string, string, (key: { id: string; token: string }) => string | Promise<string>][] =
    [
      ['mistyped', 'TOKEN_INVALID', ({ token }) => token.slice(0, -1) + unlike(token)],
      ['in upper case', 'TOKEN_INVALID', ({ token }) => `mk_${token.slice(3).toUpperCase()}`],
      ['with another prefix', 'TOKEN_INVALID', ({ token }) => `MK_${token.slice(3)}`],
      ['too long', 'TOKEN_INVALID', ({ token }) => token.repeat(150)],
      ['cut off', 'TOKEN_INVALID', ({ token }) => token.slice(0, 20)],
      ['empty', 'TOKEN_INVALID', () => 'mk_'],
      ['never made', 'TOKEN_INVALID', () => writeKey(randomBytes(32))],
      [
        'revoked',
        'TOKEN_INVALID',
        async ({ id, token }) => {
          await admin.call.admin.apiKeys.revoke({ apiKeyId: id });
          return token;
        },
      ],
      [
        'expired',
        'TOKEN_EXPIRED',
        async ({ id, token }) => {
          await sql(`update api_keys set expires_at = '2026-01-01' where id = $1`, [id]);
          return token;
        },
      ],
    ];
  const unread = ['mistyped', 'in upper case', 'with another prefix', 'too long', 'cut off'];

  test.each(bad)('%s is refused with %s, everywhere', async (name, code, make) => {
    const made = await anApiKey(running.app, ['manage', 'sell', 'read', 'check_in']);
    await made.call.admin.reservations.list({});
    const token = await make(made);
    const { calls } = running.app.apiKeys.figures;
    const call = callerOf(running.app, { token });
    const refusals = await Promise.all([
      codeOf(call.movies.list({})),
      codeOf(call.auth.me()),
      codeOf(call.auth.updateMe({})),
      codeOf(call.admin.reservations.list({})),
      codeOf(call.admin.users.list({})),
      codeOf(call.reservations.get({ reservationId: randomUUID() })),
      codeOf(call.showtimes.lockSeats({ showtimeId: 'no id', seatIds: [] })),
    ]);
    expect(refusals).toEqual(refusals.map(() => code));
    if (unread.includes(name)) {
      expect(running.app.apiKeys.figures.calls).toBe(calls);
    }
  });

  test('that was once good is kept with its id, one of nobody is not', async () => {
    const { id, token } = await anApiKey(running.app, ['read']);
    await admin.call.admin.apiKeys.revoke({ apiKeyId: id });
    await codeOf(callerOf(running.app, { token }).movies.list({}));
    expect(await audit({ actorId: id })).toMatchObject([
      { actor: { apiKeyId: id }, action: 'movies.list', data: { code: 'TOKEN_INVALID' } },
    ]);
    const { rows: before } = await sql('select count(*)::int as count from audit_events');
    await codeOf(callerOf(running.app, { token: writeKey(randomBytes(32)) }).movies.list({}));
    await running.app.refusals.settle();
    expect((await sql('select count(*)::int as count from audit_events')).rows).toEqual(before);
  });

  test('stays revoked', async () => {
    const { id } = await anApiKey(running.app, ['read']);
    const { revoke } = admin.call.admin.apiKeys;
    const first = await revoke({ apiKeyId: id });
    expect(first.revokedAt).toBeInstanceOf(Date);
    expect(await revoke({ apiKeyId: id })).toEqual(first);
    expect(await codeOf(revoke({ apiKeyId: randomUUID() }))).toBe('NOT_FOUND');
  });
});

describe('a key is no user', () => {
  const forUsers: Record<string, (call: Caller) => Promise<unknown>> = {
    'auth.me': (call) => call.auth.me(),
    'auth.updateMe': (call) => call.auth.updateMe({}),
    'reservations.list': (call) => call.reservations.list({}),
    'reservations.listLocks': (call) => call.reservations.listLocks(),
    'showtimes.lockSeats': (call) => call.showtimes.lockSeats({ showtimeId: 'x', seatIds: [] }),
    'showtimes.unlockSeats': (call) => call.showtimes.unlockSeats({ showtimeId: 'x' }),
    'reservations.create': (call) => call.reservations.create({ showtimeId: 'x', seatIds: [] }),
    'payments.start': (call) => call.payments.start({ reservationId: 'x' }),
    'admin.users.list': (call) => call.admin.users.list({ limit: 0 }),
    'admin.apiKeys.list': (call) => call.admin.apiKeys.list(),
    'movies.create': (call) => call.movies.create({ title: '', genre: '', durationMinutes: 0 }),
    'desk.openShift': (call) => call.desk.openShift({ siteId: defaultSite, float: '1.00' }),
  };

  test.each(Object.entries(forUsers))('%s is forbidden, before its input', async (_name, call) => {
    const key = await anApiKey(running.app, ['manage', 'sell', 'read', 'check_in']);
    expect(await codeOf(call(key.call))).toBe('FORBIDDEN');
  });

  test('a scope opens what staff do with the things of others, another does not', async () => {
    const customer = await aUser(running.app);
    const input = { showtimeId: here.showtime.id, seatIds: [here.seatIds[39] ?? ''] };
    await customer.call.showtimes.lockSeats(input);
    const { id: reservationId } = await customer.call.reservations.create(input);
    const [reader, seller, away] = await Promise.all([
      anApiKey(running.app, ['read'], defaultSite),
      anApiKey(running.app, ['sell']),
      anApiKey(running.app, ['sell', 'read'], otherSite),
    ]);
    expect(await reader.call.reservations.get({ reservationId })).toMatchObject({ channel: 'web' });
    expect(await codeOf(seller.call.reservations.get({ reservationId }))).toBe('FORBIDDEN');
    expect(await codeOf(away.call.reservations.get({ reservationId }))).toBe('NOT_FOUND');
    expect(await codeOf(reader.call.reservations.cancel({ reservationId }))).toBe('FORBIDDEN');
    expect(await codeOf(away.call.reservations.cancel({ reservationId }))).toBe('NOT_FOUND');
    expect(await seller.call.reservations.cancel({ reservationId })).toMatchObject({
      status: 'cancelled',
      cancelReason: 'staff',
    });
  });

  test('its row among the users is not an account', async () => {
    const { id, call } = await anApiKey(running.app, ['sell']);
    const { users, staff } = admin.call.admin;
    const guests = await users.list({ role: 'guest', limit: 100 });
    expect(guests.items.map((guest) => guest.id)).not.toContain(id);
    expect(await codeOf(users.disable({ userId: id }))).toBe('NOT_FOUND');
    expect(await codeOf(users.promote({ userId: id }))).toBe('NOT_FOUND');
    const grant = { userId: id, siteId: defaultSite, role: 'gate' as const };
    expect(await codeOf(staff.grant(grant))).toBe('NOT_FOUND');
    const forKey = { ...sale(here, [38]), customer: { userId: id } };
    expect(await codeOf(call.desk.sell(forKey))).toBe('NOT_FOUND');
    // The sweep of guests, also that of the release before, looks at those of the last nine days.
    const { rows } = await sql(
      `select created_at < clock_timestamp() - interval '10 days' as "isOld" from users where id = $1`,
      [id],
    );
    expect(rows).toEqual([{ isOld: true }]);
  });

  test('it works on when its maker is demoted, disabled or gone', async () => {
    const maker = await anAdmin(running.app);
    const made = await maker.call.admin.apiKeys.create({ name: 'Left', scopes: ['read'] });
    await admin.call.admin.users.demote({ userId: maker.id });
    await admin.call.admin.users.disable({ userId: maker.id });
    const call = callerOf(running.app, { token: made.key });
    expect((await call.admin.reservations.list({})).items).toBeInstanceOf(Array);
    // What is left of an account that is gone has no address.
    await sql(`update users set role = 'guest', email = id::text where id = $1`, [maker.id]);
    expect((await call.admin.reservations.list({})).items).toBeInstanceOf(Array);
    const keys = await admin.call.admin.apiKeys.list();
    expect(keys.find(({ id }) => id === made.id)).toMatchObject({ createdBy: null });
  });
});

describe('a sale of a key', () => {
  test('belongs to the walk-ups, has the channel of programs and names the key', async () => {
    const { id, call } = await anApiKey(running.app, ['sell'], defaultSite);
    const tenders = ['card_terminal', 'invoice'] as const;
    for (const [place, tender] of tenders.entries()) {
      const { reservation } = await call.desk.sell(sale(here, [place], tender));
      expect(reservation).toMatchObject({ channel: 'api', status: 'confirmed' });
      const { rows } = await sql(
        `select r.user_id = i.walk_up_user_id as "isWalkUp", e.actor_id as actor
         from reservations r join theaters h on h.id = r.theater_id join sites i on i.id = h.site_id
         join reservation_events e on e.reservation_id = r.id where r.id = $1`,
        [reservation.id],
      );
      expect(rows).toEqual([{ isWalkUp: true, actor: id }]);
      expect(await audit({ subject: reservation.id })).toMatchObject(
        (await audit({ subject: reservation.id })).map(() => ({ actor: { apiKeyId: id } })),
      );
    }
    const comp = { ...sale(here, [2], 'comp'), reason: 'Press' };
    expect((await call.desk.sell(comp)).reservation).toMatchObject({ total: '0.00' });
  });

  test('is never in cash, for which a person has a drawer', async () => {
    const { call } = await anApiKey(running.app, ['sell', 'read']);
    expect(await codeOf(call.desk.sell(sale(here, [3], 'cash')))).toBe('NO_OPEN_SHIFT');
    expect(await codeOf(call.desk.shift())).toBe('NO_OPEN_SHIFT');
    const counted = { cash: '0.00', card_terminal: '0.00' };
    expect(await codeOf(call.desk.closeShift({ counted }))).toBe('NO_OPEN_SHIFT');
  });

  test('is one of its site, and of its scopes', async () => {
    const own = await anApiKey(running.app, ['sell'], otherSite);
    expect(await codeOf(own.call.desk.sell(sale(here, [4])))).toBe('NOT_FOUND');
    expect((await own.call.desk.sell(sale(there, [0]))).reservation.channel).toBe('api');
    const reader = await anApiKey(running.app, ['read', 'manage', 'check_in']);
    expect(await codeOf(reader.call.desk.sell(sale(here, [4])))).toBe('FORBIDDEN');
  });

  test('is sold once, however many are asked for at the same time', async () => {
    const { call } = await anApiKey(running.app, ['sell']);
    const attempts = Array.from({ length: 200 }, (_, index) =>
      call.desk.sell(sale(here, [10 + (index % 10)])).then(
        () => 'sold',
        (error: { cause?: { code?: string } }) => error.cause?.code ?? String(error),
      ),
    );
    const outcomes = Map.groupBy(await Promise.all(attempts), (each) => each);
    expect(
      Object.fromEntries([...outcomes].map(([outcome, { length }]) => [outcome, length])),
    ).toEqual({ sold: 10, SEATS_UNAVAILABLE: 190 });
  });

  test('is repeated by its own idempotency keys alone', async () => {
    const [one, other] = [
      await anApiKey(running.app, ['sell']),
      await anApiKey(running.app, ['sell']),
    ];
    const key = randomUUID();
    const sell = ({ token }: { token: string }) =>
      callerOf(running.app, { token, key }).desk.sell(sale(here, [25]));
    const first = await sell(one);
    expect((await sell(one)).reservation.id).toBe(first.reservation.id);
    expect(await codeOf(sell(other))).toBe('SEATS_UNAVAILABLE');
  });
});

test('staff procedures of every kind name the key as their actor', async () => {
  const { id, call } = await anApiKey(running.app, ['manage', 'sell', 'read', 'check_in']);
  const show = await aShowtime(running.app);
  const showtimeId = show.showtime.id;
  await call.showtimes.update({ showtimeId, price: '12.00' });
  await call.showtimes.blockSeats({ showtimeId, seatIds: [show.seatIds[9] ?? ''], kind: 'house' });
  const { reservation } = await call.desk.sell(sale(show, [0, 1]));
  const { id: reservationId } = reservation;
  const moves = [{ from: show.seatIds[0] ?? '', to: show.seatIds[5] ?? '' }];
  await call.desk.reseat({ reservationId, moves });
  await call.tickets.reissue({ reservationId });
  const { reservation: exchanged } = await call.desk.exchange({
    reservationId,
    showtimeId,
    seats: seatsOf(show, [2]),
  });
  expect(exchanged.channel).toBe('api');
  await call.showtimes.cancel({ showtimeId, reason: 'Flood' });

  const { rows } = await sql(
    `select 'block' as at, actor_id as actor from seat_blocks where showtime_id = $1
     union select 'event', actor_id from reservation_events where showtime_id = $1
     union select 'log', actor_id from reservation_log where showtime_id = $1
     union select 'refund', requested_by from refunds f join payments p on p.id = f.payment_id
       where p.showtime_id = $1`,
    [showtimeId],
  );
  expect(rows.toSorted((a: { at: string }, b: { at: string }) => (a.at < b.at ? -1 : 1))).toEqual(
    ['block', 'event', 'log', 'refund'].map((at) => ({ at, actor: id })),
  );
  const entries = await audit({ actorId: id });
  expect(entries.every(({ actor }) => actor !== null && 'apiKeyId' in actor)).toBe(true);
  expect(entries.map(({ action }) => action)).toEqual(
    expect.arrayContaining(['showtimes.update', 'showtimes.cancel', 'tickets.reissue']),
  );
});

test('the key itself is in no line of the log, no entry and no message', async () => {
  const { log } = running.app;
  const lines: unknown[] = [];
  const spies = (['info', 'warn', 'error', 'debug'] as const).map((level) =>
    vi.spyOn(log, level).mockImplementation((...line: unknown[]) => void lines.push(line)),
  );
  const { id, token, call } = await anApiKey(running.app, ['sell']);
  const messages: string[] = [];
  const message = (failing: Promise<unknown>) =>
    failing.catch((error: unknown) => messages.push(JSON.stringify(error), String(error)));
  await message(call.admin.users.list({}));
  await message(call.desk.sell(sale(here, [0])));
  await admin.call.admin.apiKeys.revoke({ apiKeyId: id });
  await message(call.movies.list({}));
  await message(callerOf(running.app, { token: `${token.slice(0, -1)}!` }).movies.list({}));
  await running.app.refusals.settle();
  spies.forEach((spy) => spy.mockRestore());

  const { rows } = await sql('select * from audit_events');
  const { rows: kept } = await sql('select * from api_keys');
  expect(messages.length).toBeGreaterThan(4);
  expect(lines.length).toBeGreaterThan(2);
  for (const text of [lines, messages, rows, kept].map((each) => JSON.stringify(each))) {
    expect(text).not.toContain(token.slice(3, -6));
  }
});
