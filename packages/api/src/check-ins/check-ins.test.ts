import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { anAdmin, aShowtime, aUser, days, hours, minutes, refusalOf } from '../../test/builders.ts';
import type { Person } from '../../test/builders.ts';
import { aDoor, aGate, aScan } from '../../test/door.ts';
import { FakeProvider } from '../../test/fake-provider.ts';
import { aPurchase } from '../../test/sale.ts';
import { defaultSite } from '../db/entities/theater.ts';
import { standardTicketType } from '../db/entities/ticket-type.ts';
import { noObserver } from '../observer.ts';
import { codeVersion, signCode } from '../tickets/code.ts';
import type { UploadScans } from './schema.ts';

let running: TestApp;
let admin: Person;
beforeAll(async () => {
  running = await createTestApp();
  admin = await anAdmin(running.app);
});
afterAll(() => running.close());

const codeOf = async (call: Promise<unknown>) => (await refusalOf(call)).code;

/** A scan as an upload has it. */
function offline(
  code: string,
  at: Date,
  changes: Partial<UploadScans['scans'][number]> = {},
): UploadScans['scans'][number] {
  const { force: _force, ...scan } = aScan(code);
  return { ...scan, at, ...changes };
}

describe('A ticket at the door', () => {
  test('is admitted once, with its seat, its show and whom it is for', async () => {
    const { gate, tickets, showtimeId, reference, theater } = await aDoor(running.app);
    const [ticket] = tickets;
    const first = aScan(ticket?.code ?? '', { showtimeId, gate: 'East', deviceId: 'east-1' });
    expect(await gate.call.checkIns.create(first)).toMatchObject({
      result: 'admitted',
      reason: null,
      first: null,
      reference,
      seat: { id: ticket?.seatId, rowLabel: 'A', seatNumber: 1, seatType: 'regular' },
      ticketType: { code: 'standard' },
      showtime: { id: showtimeId, theater: theater.name },
      attention: [],
    });
    const again = await gate.call.checkIns.create(aScan(ticket?.code ?? '', { showtimeId }));
    expect(again).toMatchObject({
      result: 'already_admitted',
      first: { gate: 'East', deviceId: 'east-1' },
    });
  });

  test('is one scan when the device sends it twice, also at the same moment', async () => {
    const { gate, tickets } = await aDoor(running.app);
    const scan = aScan(tickets[0]?.code ?? '');
    const answers = await Promise.all([1, 2, 3].map(() => gate.call.checkIns.create(scan)));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(answers.map(({ result }) => result)).toEqual(Array(3).fill('admitted'));
    const otherCode = { ...scan, code: tickets[1]?.code ?? '' };
    expect(await gate.call.checkIns.create(otherCode)).toMatchObject({
      result: 'admitted',
      seat: { seatNumber: 2 },
    });
  });

  test('at 64 doors at once goes in at one, and 63 name it', async () => {
    const { gate, tickets } = await aDoor(running.app);
    const scans = Array.from({ length: 64 }, () => aScan(tickets[0]?.code ?? ''));
    const answers = await Promise.all(scans.map((scan) => gate.call.checkIns.create(scan)));
    const admitted = answers.filter(({ result }) => result === 'admitted');
    expect(admitted).toHaveLength(1);
    const first = scans[answers.findIndex(({ result }) => result === 'admitted')]?.deviceId;
    const others = answers.filter(({ result }) => result === 'already_admitted');
    expect(others).toHaveLength(63);
    expect(new Set(others.map((each) => each.first?.deviceId))).toEqual(new Set([first]));
  });

  test('goes out and in again', async () => {
    const { gate, tickets, customer, reservationId } = await aDoor(running.app);
    const code = tickets[0]?.code ?? '';
    const scan = (type: 'entry' | 'exit') => gate.call.checkIns.create(aScan(code, { type }));
    expect(await scan('exit')).toMatchObject({ result: 'refused', reason: 'not_inside' });
    expect((await scan('entry')).result).toBe('admitted');
    const [used] = await customer.call.tickets.list({ reservationId });
    expect(used).toMatchObject({ status: 'used', usedAt: expect.any(Date) });
    const exit = aScan(code, { type: 'exit' });
    expect((await gate.call.checkIns.create(exit)).result).toBe('admitted');
    const [free] = await customer.call.tickets.list({ reservationId });
    expect(free).toMatchObject({ status: 'valid', usedAt: null });
    expect((await scan('entry')).result).toBe('admitted');
    // The exit, sent once more: it was before.
    expect((await gate.call.checkIns.create(exit)).result).toBe('admitted');
    expect((await scan('entry')).result).toBe('already_admitted');
  });

  test('can be typed as its reference and seat', async () => {
    const ours = await aDoor(running.app);
    const { gate, reference } = ours;
    const scan = (code: string) => gate.call.checkIns.create(aScan(code));
    expect(await refusalOf(scan(reference))).toEqual({
      code: 'VALIDATION_ERROR',
      details: {
        issues: [
          { path: ['code'], message: `names 2 seats: add one of them, as in “${reference} A1”` },
        ],
      },
    });
    expect(await scan(`${reference.toLowerCase()} a2`)).toMatchObject({
      result: 'admitted',
      seat: { seatNumber: 2 },
    });
    expect(await scan(`${reference} A9`)).toMatchObject({ result: 'refused', reason: 'unknown' });
    expect(await scan('ZZZZZZZZ A1')).toMatchObject({ result: 'refused', reason: 'unknown' });
    const { customer, reservationId, seatIds } = ours;
    await customer.call.reservations.cancel({ reservationId, seatIds: seatIds.slice(0, 1) });
    expect(await scan(`${reference} A1`)).toMatchObject({ result: 'refused', reason: 'cancelled' });
    const single = await aDoor(running.app, { places: 1 });
    expect((await scan(single.reference)).result).toBe('admitted');
  });
});

describe('Refused is', () => {
  test('a code that no key of ours has signed', async () => {
    const { gate, tickets } = await aDoor(running.app);
    const code = tickets[0]?.code ?? '';
    for (const tampered of ['hello', 'MT1-', `${code}0`, code.replace('MT1-0', 'MT1-1')]) {
      const answer = await gate.call.checkIns.create(aScan(tampered));
      expect(answer).toMatchObject({ result: 'refused', reason: 'invalid_code', seat: null });
    }
  });

  test('a signed code of no reservation', async () => {
    const { gate, showtimeId, seatIds } = await aDoor(running.app);
    const seatId = seatIds[0] ?? '';
    const code = signCode(
      { reservationId: randomUUID(), seatId, showtimeId, startTime: new Date(), version: 1 },
      running.app.ticketKeys.signing,
    );
    const answer = await gate.call.checkIns.create(aScan(code));
    expect(answer).toMatchObject({ result: 'refused', reason: 'unknown' });
  });

  test('a ticket of another show, which is named', async () => {
    const { gate, tickets, showtimeId } = await aDoor(running.app);
    const other = await aShowtime(running.app, { startsIn: minutes(20) });
    const scan = aScan(tickets[0]?.code ?? '', { showtimeId: other.showtime.id });
    expect(await gate.call.checkIns.create(scan)).toMatchObject({
      result: 'refused',
      reason: 'wrong_show',
      showtime: { id: showtimeId },
    });
  });

  test('a ticket of another site, of which nothing is told', async () => {
    const { tickets } = await aDoor(running.app);
    const site = await admin.call.sites.create({ name: `Site ${randomUUID()}`, timezone: 'UTC' });
    const gate = await aGate(running.app, site.id);
    const answer = await gate.call.checkIns.create(aScan(tickets[0]?.code ?? ''));
    expect(answer).toMatchObject({ result: 'refused', reason: 'wrong_site' });
    expect(answer).toMatchObject({ reference: null, seat: null, showtime: null, ticketType: null });
  });

  test('a ticket 31 minutes before the start, not 29, unless it is forced', async () => {
    const early = await aDoor(running.app, { startsIn: minutes(31) });
    const code = early.tickets[0]?.code ?? '';
    const scan = (force: boolean) => early.gate.call.checkIns.create(aScan(code, { force }));
    expect(await scan(false)).toMatchObject({ result: 'refused', reason: 'too_early' });
    const forced = await scan(true);
    expect(forced.result).toBe('admitted');
    const again = aScan(code, { force: true });
    await early.gate.call.checkIns.create(again);
    await early.gate.call.checkIns.create(again);
    const { items } = await admin.call.admin.audit.list({
      action: 'checkIns.force',
      subject: forced.id,
      limit: 10,
    });
    expect(items).toMatchObject([{ data: { reference: early.reference } }]);
    const late = await aDoor(running.app, { startsIn: minutes(29) });
    const onTime = await late.gate.call.checkIns.create(aScan(late.tickets[0]?.code ?? ''));
    expect(onTime.result).toBe('admitted');
  });

  test('a ticket after the end', async () => {
    const { gate, tickets, showtimeId } = await aDoor(running.app);
    const earlier = (columns: string[]) =>
      columns.map((column) => `${column} = ${column} - interval '3 hours'`).join(', ');
    const { pool } = running.app;
    await pool.query(
      `update showtimes set ${earlier(['start_time', 'end_time', 'blocked_until'])} where id = $1`,
      [showtimeId],
    );
    await pool.query(
      `update reservations set ${earlier(['created_at', 'updated_at'])} where showtime_id = $1`,
      [showtimeId],
    );
    await pool.query(`update seat_claims set ${earlier(['locked_at'])} where showtime_id = $1`, [
      showtimeId,
    ]);
    await pool.query(
      `update reservation_events set ${earlier(['created_at'])} where showtime_id = $1`,
      [showtimeId],
    );
    const answer = await gate.call.checkIns.create(aScan(tickets[0]?.code ?? ''));
    expect(answer).toMatchObject({ result: 'refused', reason: 'too_late' });
  });

  test('a seat that was given back, a reservation that was cancelled, a cancelled show', async () => {
    const part = await aDoor(running.app);
    const { reservationId } = part;
    const seatIds = part.seatIds.slice(0, 1);
    await part.customer.call.reservations.cancel({ reservationId, seatIds });
    const scan = (code = '') => part.gate.call.checkIns.create(aScan(code));
    const cancelled = { result: 'refused', reason: 'cancelled' };
    expect(await scan(part.tickets[0]?.code)).toMatchObject(cancelled);
    expect((await scan(part.tickets[1]?.code)).result).toBe('admitted');
    const whole = await aDoor(running.app);
    await whole.customer.call.reservations.cancel({ reservationId: whole.reservationId });
    expect(await scan(whole.tickets[0]?.code)).toMatchObject(cancelled);
    const show = await aDoor(running.app);
    await admin.call.showtimes.cancel({ showtimeId: show.showtimeId, reason: 'No power' });
    expect(await scan(show.tickets[0]?.code)).toMatchObject(cancelled);
  });

  test('a reservation that is not paid for', async () => {
    const provider = new FakeProvider('stripe');
    const paying = await createTestApp({}, undefined, { payments: [provider] });
    try {
      const purchase = await aPurchase(paying.app, provider, { startsIn: minutes(20) });
      const { user, reservationId, showtimeId, seatIds } = purchase;
      expect(await user.call.tickets.list({ reservationId })).toEqual([]);
      const ticket = { reservationId, seatId: seatIds[0] ?? '', showtimeId, version: 1 };
      const code = signCode({ ...ticket, startTime: new Date() }, paying.app.ticketKeys.signing);
      const gate = await aGate(paying.app);
      const answer = await gate.call.checkIns.create(aScan(code));
      expect(answer).toMatchObject({ result: 'refused', reason: 'unpaid' });
    } finally {
      await paying.close();
    }
  });

  test('a ticket that was issued anew: the new one goes in', async () => {
    const { gate, tickets, reservationId } = await aDoor(running.app);
    const anew = await admin.call.tickets.reissue({ reservationId });
    expect(anew.map(({ version }) => version)).toEqual([2, 2]);
    const old = await gate.call.checkIns.create(aScan(tickets[0]?.code ?? ''));
    expect(old).toMatchObject({ result: 'refused', reason: 'void' });
    const fresh = await gate.call.checkIns.create(aScan(anew[0]?.code ?? ''));
    expect(fresh.result).toBe('admitted');
  });

  test('an invalid ticket before it is seen that it was used', async () => {
    const { gate, tickets, reservationId } = await aDoor(running.app);
    const code = tickets[0]?.code ?? '';
    await gate.call.checkIns.create(aScan(code));
    await admin.call.tickets.reissue({ reservationId });
    expect(await gate.call.checkIns.create(aScan(code))).toMatchObject({ reason: 'void' });
  });
});

describe('The ticket of a seat that was moved', () => {
  test('is void, and the new one knows who is inside', async () => {
    const { gate, tickets, reservationId, seatIds } = await aDoor(running.app);
    const [one, two, three] = seatIds;
    await gate.call.checkIns.create(aScan(tickets[0]?.code ?? ''));
    const swap = [
      { from: one ?? '', to: two ?? '' },
      { from: two ?? '', to: three ?? '' },
    ];
    await admin.call.desk.reseat({ reservationId, moves: swap });
    const moved = await admin.call.tickets.list({ reservationId });
    expect(moved.map(({ seatId, status }) => [seatId, status])).toEqual([
      [two, 'used'],
      [three, 'valid'],
    ]);
    const scan = (code = '') => gate.call.checkIns.create(aScan(code));
    expect(await scan(tickets[0]?.code)).toMatchObject({ reason: 'void' });
    expect(await scan(tickets[1]?.code)).toMatchObject({ reason: 'void' });
    expect((await scan(moved[0]?.code)).result).toBe('already_admitted');
    expect((await scan(moved[1]?.code)).result).toBe('admitted');
  });
});

describe('Holders who sit elsewhere now', () => {
  const scanner =
    (gate: Person) =>
    (code = '', type: 'entry' | 'exit' = 'entry') =>
      gate.call.checkIns.create(aScan(code, { type }));

  test('are still inside, when two of them have changed places', async () => {
    const { gate, tickets, reservationId, seatIds, showtimeId } = await aDoor(running.app);
    const [one = '', two = ''] = seatIds;
    const scan = scanner(gate);
    await scan(tickets[0]?.code);
    await scan(tickets[1]?.code);
    for (let round = 0; round < 9; round += 1) {
      const moves = [
        { from: one, to: two },
        { from: two, to: one },
      ];
      await admin.call.desk.reseat({ reservationId, moves });
    }
    const list = await gate.call.checkIns.list({ showtimeId, limit: 10 });
    expect(list).toMatchObject({ expected: 2, admitted: 2, inside: 2 });
  });

  test('have come, also when they had left before they were moved', async () => {
    const { gate, tickets, reservationId, seatIds, showtimeId, customer } = await aDoor(
      running.app,
      { places: 1 },
    );
    const scan = scanner(gate);
    await scan(tickets[0]?.code);
    await scan(tickets[0]?.code, 'exit');
    const moves = [{ from: seatIds[0] ?? '', to: seatIds[3] ?? '' }];
    await admin.call.desk.reseat({ reservationId, moves });
    const list = await gate.call.checkIns.list({ showtimeId, limit: 10 });
    expect(list).toMatchObject({ expected: 1, admitted: 1, inside: 0 });
    expect(await refusalOf(customer.call.reservations.cancel({ reservationId }))).toMatchObject({
      code: 'NOT_REFUNDABLE',
    });
  });

  test('have a code that was never there before', async () => {
    const { gate, tickets, reservationId, seatIds } = await aDoor(running.app, { places: 3 });
    const [a = '', b = '', c = '', spare = '', other = ''] = seatIds;
    const codes = new Set(tickets.map(({ code }) => code));
    for (const [from, to] of [
      [a, spare],
      [b, a],
      [a, other],
      [c, a],
    ] as const) {
      await admin.call.desk.reseat({ reservationId, moves: [{ from, to }] });
      const now = await admin.call.tickets.list({ reservationId });
      const fresh = now.find(({ seatId }) => seatId === to)?.code ?? '';
      expect(codes.has(fresh)).toBe(false);
      codes.add(fresh);
    }
    expect(await scanner(gate)(tickets[0]?.code)).toMatchObject({ reason: 'void' });
  });
});

describe('A seat whose holder has come', () => {
  test('is not returned to the customer, but by a manager who says why', async () => {
    const { gate, tickets, reservationId, customer, seatIds } = await aDoor(running.app);
    const entry = await gate.call.checkIns.create(aScan(tickets[0]?.code ?? ''));
    const preview = await customer.call.reservations.previewCancel({ reservationId });
    expect(preview).toMatchObject({ allowed: false, blockReason: 'checked_in' });
    expect(await refusalOf(customer.call.reservations.cancel({ reservationId }))).toEqual({
      code: 'NOT_REFUNDABLE',
      details: { blockReason: 'checked_in' },
    });
    const other = { reservationId, seatIds: seatIds.slice(1, 2) };
    expect((await customer.call.reservations.cancel(other)).status).toBe('confirmed');
    await gate.call.checkIns.undo({ checkInId: entry.id, reason: 'Wrong person' });
    const after = await customer.call.reservations.previewCancel({ reservationId });
    expect(after.allowed).toBe(true);
    await gate.call.checkIns.create(aScan(tickets[0]?.code ?? ''));
    const decided = { reservationId, refund: 'full' as const, reason: 'The projector broke' };
    expect((await admin.call.reservations.cancel(decided)).status).toBe('cancelled');
  });

  test('is not exchanged for another show', async () => {
    const { gate, tickets, reservationId } = await aDoor(running.app);
    await gate.call.checkIns.create(aScan(tickets[0]?.code ?? ''));
    const other = await aShowtime(running.app);
    const seats = [{ seatId: other.seatIds[0] ?? '', ticketTypeId: standardTicketType }];
    const call = admin.call.desk.exchange({ reservationId, showtimeId: other.showtime.id, seats });
    expect(await refusalOf(call)).toEqual({
      code: 'NOT_REFUNDABLE',
      details: { blockReason: 'checked_in' },
    });
  });
});

describe('An entry that is taken back', () => {
  test('lets the ticket in again, and is not taken back twice', async () => {
    const { gate, tickets, showtimeId } = await aDoor(running.app);
    const code = tickets[0]?.code ?? '';
    const { id: checkInId } = await gate.call.checkIns.create(aScan(code));
    const undone = await gate.call.checkIns.undo({ checkInId, reason: 'Too soon' });
    expect(undone).toMatchObject({ undoReason: 'Too soon', undoneAt: expect.any(Date) });
    expect(await codeOf(gate.call.checkIns.undo({ checkInId, reason: 'Again' }))).toBe(
      'ALREADY_CANCELLED',
    );
    const list = await gate.call.checkIns.list({ showtimeId, limit: 10 });
    expect(list).toMatchObject({ expected: 2, admitted: 0, inside: 0 });
    expect((await gate.call.checkIns.create(aScan(code))).result).toBe('admitted');
  });

  test('by the door within 15 minutes, by a manager later', async () => {
    const { gate, tickets } = await aDoor(running.app);
    const { id: checkInId } = await gate.call.checkIns.create(aScan(tickets[0]?.code ?? ''));
    await running.app.pool.query(
      `update check_ins set created_at = created_at - interval '16 minutes' where id = $1`,
      [checkInId],
    );
    const undo = { checkInId, reason: 'Late' };
    expect(await codeOf(gate.call.checkIns.undo(undo))).toBe('FORBIDDEN');
    const manager = await aUser(running.app);
    const grant = { userId: manager.id, siteId: defaultSite, role: 'manager' as const };
    await admin.call.admin.staff.grant(grant);
    expect((await manager.call.checkIns.undo(undo)).undoReason).toBe('Late');
  });

  test('leaves inside who went in with the ticket as well', async () => {
    const { gate, tickets, showtimeId, customer, reservationId } = await aDoor(running.app);
    const code = tickets[0]?.code ?? '';
    const online = await gate.call.checkIns.create(aScan(code));
    const earlier = { ...aScan(code), at: new Date(Date.now() - minutes(1)) };
    const { force: _force, ...scan } = earlier;
    const { results } = await gate.call.checkIns.upload({ scans: [scan] });
    const checkInId = results[0]?.id ?? '';
    await gate.call.checkIns.undo({ checkInId, reason: 'Turned away' });
    const list = await gate.call.checkIns.list({ showtimeId, limit: 10 });
    expect(list).toMatchObject({ admitted: 1, inside: 1 });
    const preview = await customer.call.reservations.previewCancel({ reservationId });
    expect(preview.allowed).toBe(false);
    expect(await gate.call.checkIns.create(aScan(code))).toMatchObject({
      result: 'already_admitted',
      first: { deviceId: list.items.find(({ id }) => id === online.id)?.deviceId },
    });
    await gate.call.checkIns.undo({ checkInId: online.id, reason: 'Turned away too' });
    expect((await gate.call.checkIns.create(aScan(code))).result).toBe('admitted');
  });

  test('that was forced leaves inside who was there before', async () => {
    const { gate, tickets, showtimeId } = await aDoor(running.app);
    const code = tickets[0]?.code ?? '';
    await gate.call.checkIns.create(aScan(code));
    const forced = await gate.call.checkIns.create(aScan(code, { force: true }));
    expect(forced.result).toBe('admitted');
    await gate.call.checkIns.undo({ checkInId: forced.id, reason: 'A mistake' });
    const list = await gate.call.checkIns.list({ showtimeId, limit: 10 });
    expect(list).toMatchObject({ admitted: 1, inside: 1 });
  });

  test('does not exist when it let nobody in, or at another site', async () => {
    const { gate, tickets } = await aDoor(running.app);
    const code = tickets[0]?.code ?? '';
    const { id: entry } = await gate.call.checkIns.create(aScan(code));
    const { id: second } = await gate.call.checkIns.create(aScan(code));
    const site = await admin.call.sites.create({ name: `Site ${randomUUID()}`, timezone: 'UTC' });
    const elsewhere = await aGate(running.app, site.id);
    const undo = (person: Person, checkInId: string) =>
      codeOf(person.call.checkIns.undo({ checkInId, reason: 'Try' }));
    expect(await undo(gate, second)).toBe('NOT_FOUND');
    expect(await undo(gate, randomUUID())).toBe('NOT_FOUND');
    expect(await undo(elsewhere, entry)).toBe('NOT_FOUND');
  });
});

test('A door that asks comes after what is known, whatever its clock says', async () => {
  const { gate, tickets } = await aDoor(running.app);
  const code = tickets[0]?.code ?? '';
  const scan = (type: 'entry' | 'exit', ago: number) =>
    gate.call.checkIns.create(aScan(code, { type, at: new Date(Date.now() - minutes(ago)) }));
  await scan('entry', 0);
  const { at: out } = await scan('exit', 0);
  const { at: again, result } = await scan('entry', 5);
  expect(result).toBe('admitted');
  expect(again.getTime()).toBeGreaterThanOrEqual(out.getTime());
});

describe('Devices without a network', () => {
  const ago = (count: number) => new Date(Date.now() - minutes(count));

  test('name the ticket that two of them let in, and which was first by corrected clocks', async () => {
    const { gate, tickets, reference } = await aDoor(running.app);
    const code = tickets[0]?.code ?? '';
    // Its clock is an hour ahead: what it calls 55 minutes from now was 5 minutes ago.
    const ahead = { sentAt: ago(-60), scans: [offline(code, ago(-55), { deviceId: 'ahead' })] };
    const one = await gate.call.checkIns.upload(ahead);
    expect(one).toMatchObject({ results: [{ result: 'admitted' }], conflicts: [] });
    const earlier = offline(code, ago(8), { deviceId: 'right' });
    const two = await gate.call.checkIns.upload({ scans: [earlier], sentAt: new Date() });
    expect(two.results).toMatchObject([{ result: 'admitted' }]);
    expect(two.conflicts).toMatchObject([
      {
        seatId: tickets[0]?.seatId,
        rowLabel: 'A',
        seatNumber: 1,
        reference,
        first: { deviceId: 'right' },
        scans: [{ deviceId: 'right' }, { deviceId: 'ahead' }],
      },
    ]);
    // Once more: the same scans, the same report, nothing new.
    expect(await gate.call.checkIns.upload(ahead)).toMatchObject({
      results: [{ result: 'already_admitted', first: { deviceId: 'right' } }],
      conflicts: two.conflicts,
    });
  });

  test('meet a door that had one', async () => {
    const { gate, tickets, showtimeId } = await aDoor(running.app);
    const [one, two] = tickets.map(({ code }) => code);
    await gate.call.checkIns.create(aScan(one ?? '', { deviceId: 'online' }));
    const late = offline(one ?? '', new Date(), { deviceId: 'cut off' });
    const early = offline(two ?? '', ago(3));
    const { results, conflicts } = await gate.call.checkIns.upload({ scans: [late, early] });
    expect(results.map(({ result }) => result)).toEqual(['already_admitted', 'admitted']);
    expect(conflicts).toMatchObject([
      { first: { deviceId: 'online' }, scans: [{ deviceId: 'online' }, { deviceId: 'cut off' }] },
    ]);
    const list = await gate.call.checkIns.list({ showtimeId, limit: 10 });
    expect(list).toMatchObject({ expected: 2, admitted: 2, inside: 2 });
  });

  test('upload in the order in which things happened: in, out and in is no conflict', async () => {
    const { gate, tickets } = await aDoor(running.app);
    const code = tickets[0]?.code ?? '';
    const scans = [
      offline(code, ago(2)),
      offline(code, ago(4), { type: 'exit' }),
      offline(code, ago(6)),
    ];
    const { results, conflicts } = await gate.call.checkIns.upload({ scans });
    expect(results.map(({ result }) => result)).toEqual(['admitted', 'admitted', 'admitted']);
    expect(conflicts).toEqual([]);
  });

  test('may tell in any order who went in and out', async () => {
    const { gate, tickets, showtimeId } = await aDoor(running.app);
    const code = tickets[0]?.code ?? '';
    const west = [offline(code, ago(1), { deviceId: 'west' })];
    await gate.call.checkIns.upload({ scans: west });
    const east = [
      offline(code, ago(5), { deviceId: 'east' }),
      offline(code, ago(3), { deviceId: 'east', type: 'exit' }),
    ];
    const { results, conflicts } = await gate.call.checkIns.upload({ scans: east });
    expect(results.map(({ result }) => result)).toEqual(['admitted', 'admitted']);
    expect(conflicts).toEqual([]);
    const list = await gate.call.checkIns.list({ showtimeId, limit: 10 });
    expect(list).toMatchObject({ admitted: 1, inside: 1 });
    expect((await gate.call.checkIns.create(aScan(code))).result).toBe('already_admitted');
  });

  test('tell what they did when the answer of the server was lost', async () => {
    const { gate, tickets, showtimeId } = await aDoor(running.app);
    const [one = '', two = ''] = tickets.map(({ code }) => code);
    await gate.call.checkIns.create(aScan(one, { deviceId: 'east' }));
    const lost = aScan(one, { deviceId: 'west' });
    expect((await gate.call.checkIns.create(lost)).result).toBe('already_admitted');
    const { force: _force, ...letIn } = { ...lost, at: new Date() };
    const { conflicts } = await gate.call.checkIns.upload({ scans: [letIn] });
    expect(conflicts).toMatchObject([
      { first: { deviceId: 'east' }, scans: [{ deviceId: 'east' }, { deviceId: 'west' }] },
    ]);
    const turnedAway = aScan(two);
    await gate.call.checkIns.create(turnedAway);
    const { force: _forced, ...refused } = { ...turnedAway, at: new Date() };
    const told = await gate.call.checkIns.upload({ scans: [{ ...refused, refused: 'too_early' }] });
    expect(told.results).toMatchObject([{ result: 'refused', reason: 'too_early' }]);
    const list = await gate.call.checkIns.list({ showtimeId, limit: 10 });
    expect(list).toMatchObject({ admitted: 1, inside: 1 });
    expect((await gate.call.checkIns.create(aScan(two))).result).toBe('admitted');
  });

  test('upload the good scans beside one of a show that is not there', async () => {
    const { gate, tickets } = await aDoor(running.app);
    const [one = '', two = ''] = tickets.map(({ code }) => code);
    const scans = [
      offline(one, ago(1), { showtimeId: randomUUID() }),
      offline('a\0b', ago(1)),
      offline(two, ago(1)),
    ];
    const { results } = await gate.call.checkIns.upload({ scans });
    expect(results.map(({ result, reason }) => reason ?? result)).toEqual([
      'wrong_show',
      'invalid_code',
      'admitted',
    ]);
  });

  test('of two sites may have one name and one mark', async () => {
    const { gate, tickets } = await aDoor(running.app);
    const scan = aScan(tickets[0]?.code ?? '', { deviceId: 'east-1', nonce: '1' });
    expect((await gate.call.checkIns.create(scan)).result).toBe('admitted');
    const site = await admin.call.sites.create({ name: `Site ${randomUUID()}`, timezone: 'UTC' });
    const elsewhere = await aGate(running.app, site.id);
    expect(await elsewhere.call.checkIns.create(scan)).toMatchObject({
      result: 'refused',
      reason: 'wrong_site',
      seat: null,
    });
  });

  test('judge by the time of the scan, not of the upload', async () => {
    const { gate, tickets } = await aDoor(running.app);
    const scans = [offline(tickets[0]?.code ?? '', ago(15))];
    const early = await gate.call.checkIns.upload({ scans });
    expect(early.results).toMatchObject([{ result: 'refused', reason: 'too_early' }]);
  });

  test('upload the good scans beside one that names no ticket', async () => {
    const { gate, tickets, reference } = await aDoor(running.app);
    const scans = [reference, 'hello', tickets[0]?.code ?? ''].map((code) => offline(code, ago(1)));
    const { results } = await gate.call.checkIns.upload({ scans });
    expect(results.map(({ result, reason }) => reason ?? result)).toEqual([
      'unknown',
      'invalid_code',
      'admitted',
    ]);
  });

  test('upload as many scans of one ticket as an upload has', async () => {
    const { gate, tickets, showtimeId } = await aDoor(running.app);
    const code = tickets[0]?.code ?? '';
    const scans = Array.from({ length: 500 }, (_, at) =>
      offline(code, new Date(Date.now() - at * 1_000), { type: at % 5 === 1 ? 'exit' : 'entry' }),
    );
    const { results, conflicts } = await gate.call.checkIns.upload({ scans });
    const told = results.map(({ result }) => result).toReversed();
    // Oldest first: three enter, one of them first; one leaves; and so on.
    expect(told.slice(0, 8)).toEqual([
      'admitted',
      'already_admitted',
      'already_admitted',
      'admitted',
      'admitted',
      'already_admitted',
      'already_admitted',
      'already_admitted',
    ]);
    expect(told.filter((result) => result === 'admitted')).toHaveLength(201);
    expect(conflicts[0]?.scans).toHaveLength(400);
    const list = await gate.call.checkIns.list({ showtimeId, limit: 1 });
    expect(list).toMatchObject({ admitted: 1, inside: 1 });
  });

  test('keep what they refused, and nobody goes in by it', async () => {
    const { gate, tickets, showtimeId } = await aDoor(running.app);
    const code = tickets[0]?.code ?? '';
    const refused = offline(code, ago(1), { refused: 'void' });
    const { results } = await gate.call.checkIns.upload({ scans: [refused] });
    expect(results).toMatchObject([{ result: 'refused', reason: 'void' }]);
    const list = await gate.call.checkIns.list({ showtimeId, limit: 10 });
    expect(list).toMatchObject({ admitted: 0, items: [{ isLetIn: false, reason: 'void' }] });
    expect((await gate.call.checkIns.create(aScan(code))).result).toBe('admitted');
  });

  test('upload the same tickets at the same moment without a deadlock', async () => {
    const repeated: string[] = [];
    const observer = { ...noObserver, repeated: (name: string) => void repeated.push(name) };
    const watched = await createTestApp({}, undefined, { observer });
    try {
      const { showtime, seatIds } = await aShowtime(watched.app, { startsIn: minutes(20) });
      const showtimeId = showtime.id;
      const codes = await Promise.all(
        seatIds.map(async (seatId) => {
          const { call } = await aUser(watched.app);
          const wanted = { showtimeId, seatIds: [seatId] };
          await call.showtimes.lockSeats(wanted);
          const { id: reservationId } = await call.reservations.create(wanted);
          const [ticket] = await call.tickets.list({ reservationId });
          return ticket?.code ?? '';
        }),
      );
      const { call } = await aGate(watched.app);
      const upload = (order: string[]) =>
        call.checkIns.upload({ scans: order.map((code, at) => offline(code, ago(9 - at / 2))) });
      for (let round = 0; round < 5; round += 1) {
        await Promise.all([upload(codes), upload(codes.toReversed()), upload(codes)]);
      }
      const list = await call.checkIns.list({ showtimeId, limit: 1 });
      expect(list).toMatchObject({ expected: 10, admitted: 10, inside: 10 });
      expect(repeated).toEqual([]);
    } finally {
      await watched.close();
    }
  });

  test('load what is valid, in at most 60 kB for 500 seats', async () => {
    const rows = Array.from({ length: 20 }, (_, row) => ({
      label: String.fromCodePoint(65 + row),
      seats: 25,
    }));
    const scene = await aShowtime(running.app, { rows, startsIn: minutes(20) });
    const showtimeId = scene.showtime.id;
    await Promise.all(
      Array.from({ length: 10 }, (_, part) =>
        admin.call.desk.sell({
          showtimeId,
          seats: scene.seatIds
            .slice(part * 50, part * 50 + 50)
            .map((seatId) => ({ seatId, ticketTypeId: standardTicketType })),
          tender: 'invoice',
        }),
      ),
    );
    const gate = await aGate(running.app);
    const manifest = await gate.call.checkIns.manifest({ showtimeId });
    expect(manifest.tickets).toHaveLength(500);
    expect(new Set(manifest.tickets.map(({ id }) => id)).size).toBe(500);
    expect(JSON.stringify(manifest).length).toBeLessThanOrEqual(60_000);
    const start = new Date(scene.showtime.startTime).getTime();
    expect(manifest.opensAt.getTime()).toBe(start - minutes(30));
  });

  test('do not load what was given back, and see who is inside', async () => {
    const { gate, tickets, showtimeId, reservationId, customer, seatIds } = await aDoor(
      running.app,
    );
    await gate.call.checkIns.create(aScan(tickets[0]?.code ?? ''));
    await customer.call.reservations.cancel({ reservationId, seatIds: seatIds.slice(1, 2) });
    const { tickets: valid } = await gate.call.checkIns.manifest({ showtimeId });
    expect(valid).toMatchObject([
      { row: 'A', seat: 1, type: 'standard', usedAt: expect.any(Date) },
    ]);
  });
});

test('An old code reopens no ticket at the exit', async () => {
  const { gate, tickets, reservationId } = await aDoor(running.app);
  const [anew] = await admin.call.tickets.reissue({ reservationId });
  await gate.call.checkIns.create(aScan(anew?.code ?? ''));
  const exit = aScan(tickets[0]?.code ?? '', { type: 'exit' });
  expect(await gate.call.checkIns.create(exit)).toMatchObject({ reason: 'void' });
  expect((await gate.call.checkIns.create(aScan(anew?.code ?? ''))).result).toBe(
    'already_admitted',
  );
});

test('A report counts who has come, and, once the show is over, who has not', async () => {
  const { gate, tickets, theater, showtimeId, customer, reservationId, seatIds } = await aDoor(
    running.app,
    { places: 4 },
  );
  const scan = (code = '', type: 'entry' | 'exit' = 'entry') =>
    gate.call.checkIns.create(aScan(code, { type }));
  await scan(tickets[0]?.code);
  await scan(tickets[0]?.code, 'exit');
  await scan(tickets[0]?.code);
  await scan(tickets[1]?.code);
  await customer.call.reservations.cancel({ reservationId, seatIds: seatIds.slice(3, 4) });
  const [from = '', to = ''] = seatIds.slice(1, 5).filter((_, index) => index % 3 === 0);
  await admin.call.desk.reseat({ reservationId, moves: [{ from, to }] });
  // The show may be tomorrow's already.
  const [firstDay = '', lastDay = ''] = [-days(2), days(2)].map((ms) =>
    new Date(Date.now() + ms).toISOString().slice(0, 10),
  );
  const report = async () => {
    const range = { theaterId: theater.id, from: firstDay, to: lastDay };
    const { rows } = await admin.call.admin.reports.capacity(range);
    return rows.find((row) => row.showtimeId === showtimeId);
  };
  expect(await report()).toMatchObject({ seatsSold: 3, admitted: 2, noShows: 0 });
  // The show moves before the sale for a moment: the invariants look at it as it is at the end.
  const move = (by: string) =>
    running.app.pool.query(
      `update showtimes set start_time = start_time + $2::interval,
         end_time = end_time + $2::interval, blocked_until = blocked_until + $2::interval
       where id = $1`,
      [showtimeId, by],
    );
  await move('-4 hours');
  expect(await report()).toMatchObject({ seatsSold: 3, admitted: 2, noShows: 1 });
  await move('4 hours');
});

describe('What the door looks at', () => {
  test('is the age, a proof, a wheelchair place', async () => {
    const rows = [
      { label: 'A', seats: 3, overrides: [{ position: 1, features: ['wheelchair' as const] }] },
    ];
    const scene = await aShowtime(running.app, { rows, startsIn: minutes(20) });
    const { id: showtimeId } = scene.showtime;
    await admin.call.movies.update({
      movieId: scene.movieId,
      minimumAge: 16,
      ageRule: 'restricted',
    });
    const student = await admin.call.ticketTypes.create({
      code: `student-${randomUUID()}`,
      name: 'Student',
      proof: 'gate',
    });
    const items = [{ ticketTypeId: student.id, seatType: 'regular' as const, price: '7.00' }];
    const priceList = await admin.call.priceLists.create({ name: randomUUID(), items });
    await admin.call.showtimes.update({ showtimeId, priceListId: priceList.id });
    const seats = [{ seatId: scene.seatIds[0] ?? '', ticketTypeId: student.id }];
    const sale = { showtimeId, seats, tender: 'invoice' as const };
    const { reservation } = await admin.call.desk.sell(sale);
    const [ticket] = await admin.call.tickets.list({ reservationId: reservation.id });
    const gate = await aGate(running.app);
    const answer = await gate.call.checkIns.create(aScan(ticket?.code ?? ''));
    expect(answer).toMatchObject({
      result: 'admitted',
      attention: ['check_age', 'proof', 'wheelchair'],
    });
  });
});

describe('Tickets are found', () => {
  test('by name, seat and reference, in their show alone', async () => {
    const scene = await aShowtime(running.app, { startsIn: minutes(20) });
    const { id: showtimeId } = scene.showtime;
    const seats = scene.seatIds
      .slice(2, 4)
      .map((seatId) => ({ seatId, ticketTypeId: standardTicketType }));
    const customer = { name: 'Zoë Müller' };
    const sale = { showtimeId, seats, tender: 'invoice' as const, customer };
    const { reservation } = await admin.call.desk.sell(sale);
    const gate = await aGate(running.app);
    const find = (q: string) => gate.call.checkIns.find({ showtimeId, q });
    const both = [
      { reference: reservation.reference, customerName: 'Zoë Müller', seat: 'A3', usedAt: null },
      { reference: reservation.reference, customerName: 'Zoë Müller', seat: 'A4', usedAt: null },
    ];
    expect(await find('muller')).toMatchObject(both);
    expect(await find(reservation.reference.toLowerCase())).toMatchObject(both);
    expect(await find('a4')).toMatchObject(both.slice(1));
    expect(await find(`${reservation.reference} a4`)).toMatchObject(both.slice(1));
    expect(await find(reservation.reference.slice(3, 7))).toMatchObject(both);
    expect(await find('nobody')).toEqual([]);
    const other = await aShowtime(running.app, { startsIn: hours(1) });
    const elsewhere = { showtimeId: other.showtime.id, q: 'muller' };
    expect(await gate.call.checkIns.find(elsewhere)).toEqual([]);
  });
});

test('versions of tickets fit into a byte, and follow one another', () => {
  expect([1, 2, 255, 256, 257].map(codeVersion)).toEqual([1, 2, 255, 1, 2]);
});
