import { generateKeyPairSync, randomBytes, verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callerOf, createTestApp, requestContext, testConfig } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { anAdmin, aUser, hours, refusalOf } from '../../test/builders.ts';
import type { Person } from '../../test/builders.ts';
import { aDoor, aScan, tamperedCodes } from '../../test/door.ts';
import { createApp } from '../app.ts';
import { serviceContext } from '../service-context.ts';
import { fromBase32, toBase32 } from './base32.ts';
import { calendarOf } from './calendar.ts';
import { readCode, signCode } from './code.ts';
import type { SigningKey } from './code.ts';
import { TicketKeys } from './keys.ts';
import { readSold } from './list.ts';
import type { SoldReservation } from './list.ts';
import { pictureOf, qrCode } from './picture.ts';

let running: TestApp;
let admin: Person;
beforeAll(async () => {
  running = await createTestApp();
  admin = await anAdmin(running.app);
});
afterAll(() => running.close());

const codeOf = async (call: Promise<unknown>) => (await refusalOf(call)).code;
const quiet = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };

describe('Base32 by Crockford', () => {
  test('gives every length of bytes back', () => {
    for (let length = 0; length < 120; length += 1) {
      const bytes = randomBytes(length);
      expect(fromBase32(toBase32(bytes))).toEqual(bytes);
    }
    expect(toBase32(Buffer.from('f00d', 'hex'))).toBe('Y06G');
  });

  test('has one spelling for bytes', () => {
    expect(fromBase32('Y06H')).toBeUndefined();
    expect(fromBase32('Y06G00')).toBeUndefined();
    for (const text of ['Y0I', 'YOU', 'y06g', '-', 'Ü']) {
      expect(fromBase32(text)).toBeUndefined();
    }
  });
});

describe('The code of a ticket', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const key: SigningKey = { kid: 7, privateKey };
  const keyOf = async (kid: number) => (kid === 7 ? publicKey : undefined);
  const ticket = {
    reservationId: '01a227d7-aac3-751b-ab12-bfe951488c4f',
    seatId: '01a227d7-aac3-751b-ab12-bfe951488c50',
    showtimeId: '01a227d8-aac3-751b-ab12-bfe951488c51',
    startTime: new Date('2026-12-04T19:30:00Z'),
    version: 3,
  };

  test('has 176 characters of a QR code’s letters and digits, and the same ones each time', () => {
    const code = signCode(ticket, key);
    expect(code).toMatch(/^MT1-[0-9A-HJKMNP-TV-Z]{172}$/);
    expect(signCode(ticket, key)).toBe(code);
    expect(qrCode(code)).toHaveLength(45);
  });

  test('says what it was made of', async () => {
    const { showtimeId: _id, ...said } = ticket;
    const read = await readCode(signCode(ticket, key), keyOf);
    expect(read).toEqual({ ...said, kid: 7, showtimePrefix: '01a227d8' });
    expect(await readCode(` ${signCode(ticket, key).toLowerCase()}\n`, keyOf)).toEqual(read);
  });

  test('is verified with the public key alone, as a stranger would', () => {
    const bytes = fromBase32(signCode(ticket, key).slice(4)) ?? Buffer.alloc(0);
    expect(verify(null, bytes.subarray(0, 43), publicKey, bytes.subarray(43))).toBe(true);
  });

  test('is not accepted from another key, under another id, or shortened', async () => {
    const other = generateKeyPairSync('ed25519').privateKey;
    const code = signCode(ticket, key);
    const wrong = [
      signCode(ticket, { kid: 7, privateKey: other }),
      signCode(ticket, { kid: 8, privateKey }),
      code.slice(0, -8),
      `${code}00000000`,
      code.replace('MT1', 'MT2'),
      '',
    ];
    expect(await Promise.all(wrong.map((each) => readCode(each, keyOf)))).toEqual(
      wrong.map(() => undefined),
    );
  });

  test('is not accepted in any of 2,000 tampered forms', async () => {
    const genuine = signCode(ticket, key);
    const isAccepted = async (code: string) => (await readCode(code, keyOf)) !== undefined;
    expect(await isAccepted(genuine)).toBe(true);
    const accepted = await Promise.all(tamperedCodes(genuine, 2_000).map(isAccepted));
    expect(accepted.filter(Boolean)).toEqual([]);
  });
});

describe('Tickets of a reservation', () => {
  test('are one for each seat, with its own code', async () => {
    const { customer, reservationId, tickets, seatIds } = await aDoor(running.app, { places: 3 });
    expect(tickets.map(({ seatId }) => seatId)).toEqual(seatIds.slice(0, 3));
    expect(new Set(tickets.map(({ code }) => code)).size).toBe(3);
    expect(tickets[0]).toMatchObject({ version: 1, status: 'valid', usedAt: null });
    expect(await customer.call.tickets.list({ reservationId })).toEqual(tickets);
  });

  test('are for their customer, and for staff of the site who may read', async () => {
    const { reservationId, gate } = await aDoor(running.app);
    const stranger = await aUser(running.app);
    expect(await codeOf(stranger.call.tickets.list({ reservationId }))).toBe('NOT_FOUND');
    expect(await codeOf(gate.call.tickets.list({ reservationId }))).toBe('FORBIDDEN');
    expect(await admin.call.tickets.list({ reservationId })).toHaveLength(2);
    const { tickets } = callerOf(running.app);
    expect(await codeOf(tickets.list({ reservationId }))).toBe('AUTHENTICATION_REQUIRED');
  });

  test('are void when they were given back', async () => {
    const { customer, reservationId, seatIds } = await aDoor(running.app);
    await customer.call.reservations.cancel({ reservationId, seatIds: seatIds.slice(0, 1) });
    const some = await customer.call.tickets.list({ reservationId });
    expect(some.map(({ status }) => status)).toEqual(['void', 'valid']);
    await customer.call.reservations.cancel({ reservationId });
    const all = await customer.call.tickets.list({ reservationId });
    expect(all.map(({ status }) => status)).toEqual(['void', 'void']);
  });

  test('are issued anew by the box office, some or all, with an entry in the audit log', async () => {
    const { reservationId, customer, gate, seatIds } = await aDoor(running.app);
    expect(await codeOf(customer.call.tickets.reissue({ reservationId }))).toBe('FORBIDDEN');
    expect(await codeOf(gate.call.tickets.reissue({ reservationId }))).toBe('FORBIDDEN');
    const one = { reservationId, seatIds: seatIds.slice(1, 2) };
    const anew = await admin.call.tickets.reissue(one);
    expect(anew.map(({ version }) => version)).toEqual([1, 2]);
    const { items } = await admin.call.admin.audit.list({
      action: 'tickets.reissue',
      subject: reservationId,
      limit: 10,
    });
    expect(items).toHaveLength(1);
    const other = { reservationId, seatIds: seatIds.slice(5, 6) };
    expect(await codeOf(admin.call.tickets.reissue(other))).toBe('NOT_FOUND');
    await customer.call.reservations.cancel({ reservationId });
    expect(await codeOf(admin.call.tickets.reissue({ reservationId }))).toBe('ALREADY_CANCELLED');
  });
});

describe('Keys of tickets', () => {
  const seed = () => randomBytes(32).toString('base64url');

  test('are public, and verify what was signed', async () => {
    const { tickets } = await aDoor(running.app);
    const [key] = await callerOf(running.app).tickets.keys();
    const bytes = fromBase32(tickets[0]?.code.slice(4) ?? '') ?? Buffer.alloc(0);
    expect(bytes.readUInt8(1)).toBe(key?.kid);
    const publicKey = { key: { ...key?.publicKey }, format: 'jwk' as const };
    expect(verify(null, bytes.subarray(0, 43), publicKey, bytes.subarray(43))).toBe(true);
  });

  test('rotate: both are accepted, until the old one is no longer named', async () => {
    const [old, present] = [seed(), seed()];
    const first = await createTestApp({ ticketKeys: [{ kid: 1, seed: old }] });
    const onSame = (ticketKeys: { kid: number; seed: string }[]) =>
      createApp(testConfig(first.databaseUrl, { ticketKeys }), { log: quiet });
    const door = await aDoor(first.app);
    const oldCode = door.tickets[0]?.code ?? '';
    const both = await onSame([
      { kid: 2, seed: present },
      { kid: 1, seed: old },
    ]);
    // A server with the settings of before: it does not retire the new key.
    const before = await onSame([{ kid: 1, seed: old }]);
    try {
      const { reservationId } = door;
      const viaBoth = callerOf(both, { token: door.customer.token });
      const [, newTicket] = await viaBoth.tickets.list({ reservationId });
      expect(newTicket?.code).not.toBe(door.tickets[1]?.code);
      expect(await callerOf(both).tickets.keys()).toMatchObject([{ kid: 1 }, { kid: 2 }]);
      const gate = callerOf(before, { token: door.gate.token });
      expect((await gate.checkIns.create(aScan(newTicket?.code ?? ''))).result).toBe('admitted');
      expect((await gate.checkIns.create(aScan(oldCode))).result).toBe('admitted');
      const after = await onSame([{ kid: 2, seed: present }]);
      expect(await callerOf(after).tickets.keys()).toMatchObject([{ kid: 2 }]);
      const atGate = callerOf(after, { token: door.gate.token });
      expect(await atGate.checkIns.create(aScan(oldCode))).toMatchObject({
        reason: 'invalid_code',
      });
      await after.close();
    } finally {
      await Promise.all([both.close(), before.close()]);
      await first.close();
    }
  });

  test('never share an id', async () => {
    const first = await createTestApp({ ticketKeys: [{ kid: 1, seed: seed() }] });
    try {
      const keys = new TicketKeys({
        environment: 'production',
        ticketKeys: [{ kid: 1, seed: seed() }],
      });
      const { orm, pool } = first.app;
      await expect(keys.prepare({ em: orm.em.fork(), pool })).rejects.toThrow(
        'TICKET_KEYS: 1 is the id of another key',
      );
    } finally {
      await first.close();
    }
  });

  test('are private in the configuration only, but for development’s own', async () => {
    const { pool } = running.app;
    const { rows } = await pool.query('select seed is null as "isPublic" from ticket_keys');
    expect(rows).toEqual([{ isPublic: false }]);
    const configured = await createTestApp({ ticketKeys: [{ kid: 3, seed: seed() }] });
    const kept = await configured.app.pool.query('select kid, seed from ticket_keys');
    expect(kept.rows).toEqual([{ kid: 3, seed: null }]);
    await configured.close();
  });

  test('are missing in production without any: there are no tickets', async () => {
    const { databaseUrl } = running;
    const door = await aDoor(running.app);
    const config = testConfig(databaseUrl, { environment: 'production' });
    const production = await createApp(config, { log: quiet });
    try {
      const { reservationId, showtimeId } = door;
      const customer = callerOf(production, { token: door.customer.token });
      const gate = callerOf(production, { token: door.gate.token });
      const calls = [
        customer.tickets.list({ reservationId }),
        customer.tickets.keys(),
        gate.checkIns.create(aScan(door.tickets[0]?.code ?? '')),
        gate.checkIns.upload({
          scans: [{ code: 'x', deviceId: 'd', nonce: 'n', type: 'entry', at: new Date() }],
        }),
        gate.checkIns.manifest({ showtimeId }),
      ];
      expect(await Promise.all(calls.map(codeOf))).toEqual(calls.map(() => 'NOT_FOUND'));
    } finally {
      await production.close();
    }
  });
});

describe('The calendar file', () => {
  const sold = async (reservationId: string): Promise<SoldReservation> => {
    const ctx = serviceContext(running.app, requestContext(running.app));
    const read = await readSold(ctx, reservationId);
    if (!read) {
      throw new Error('No reservation.');
    }
    return read;
  };

  test('has no line of more than 75 bytes, and escapes what people typed', async () => {
    const { reservationId } = await aDoor(running.app, { startsIn: hours(30) });
    const reservation = {
      ...(await sold(reservationId)),
      movie: `${'千と千尋の神隠し; '.repeat(12)}\nEND:VEVENT`,
    };
    const text = calendarOf(reservation, new Date());
    const lines = text.split('\r\n');
    expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(75);
    const unfolded = text.replaceAll('\r\n ', '');
    expect(unfolded).toContain(String.raw`隠し\; \nEND:VEVENT`);
    expect(unfolded.match(/^END:VEVENT\r$/gm)).toHaveLength(1);
  });

  test('has a higher SEQUENCE after a change, and ends with its reservation', async () => {
    const { reservationId, customer, seatIds } = await aDoor(running.app);
    const read = async () => calendarOf(await sold(reservationId), new Date());
    const sequence = (text: string) => Number(/SEQUENCE:(\d+)/.exec(text)?.[1]);
    const before = sequence(await read());
    await customer.call.reservations.cancel({ reservationId, seatIds: seatIds.slice(0, 1) });
    const after = await read();
    expect(sequence(after)).toBeGreaterThan(before);
    expect(after).toContain(String.raw`\nSeat: A2`);
    await customer.call.reservations.cancel({ reservationId });
    expect(await read()).toContain('STATUS:CANCELLED');
  });
});

test('the picture of a code escapes its title', () => {
  const picture = pictureOf('MT1-0', '<script> & co');
  expect(picture).toContain('<title>&lt;script&gt; &amp; co</title>');
  expect(picture).not.toContain('<script>');
});
