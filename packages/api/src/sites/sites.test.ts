import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { anAdmin, aShowtime, aUser, refusalOf } from '../../test/builders.ts';
import type { Person } from '../../test/builders.ts';
import { defaultSite } from '../db/entities/theater.ts';

let running: TestApp;
let admin: Person;
beforeAll(async () => {
  running = await createTestApp();
  admin = await anAdmin(running.app);
});
afterAll(() => running.close());

const aSite = (rest: object = {}) =>
  admin.call.sites.create({ name: `Site ${randomUUID()}`, timezone: 'Europe/Vienna', ...rest });
const aTheater = (rest: object = {}) =>
  admin.call.theaters.create({
    name: `Hall ${randomUUID()}`,
    timezone: 'UTC',
    rows: [{ label: 'A', seats: 2 }],
    ...rest,
  });
const unknownSite = { code: 'NOT_FOUND', details: { field: 'siteId' } };
const inUse = (use: object = {}) => ({
  code: 'IN_USE',
  details: { showtimes: 0, lockedSeats: 0, reservedSeats: 0, ...use },
});

describe('a site', () => {
  test('is made with what it needs, and the rest by default', async () => {
    const site = await aSite();
    expect(site).toMatchObject({
      timezone: 'Europe/Vienna',
      currency: 'USD',
      address: null,
      taxRate: 0,
      refundPolicy: { tiers: [{ hoursBefore: 0, percent: 100 }], feeRefundable: true },
      lateSalesMinutes: 15,
      businessDayStartsAt: null,
      revision: 1,
    });
    expect(await admin.call.sites.get({ siteId: site.id })).toEqual(site);
  });

  test('is made with everything', async () => {
    const all = {
      currency: 'USD',
      address: '2 River Road',
      taxRate: 8.25,
      refundPolicy: { tiers: [], feeRefundable: false },
      lateSalesMinutes: 0,
      businessDayStartsAt: '06:00',
    };
    expect(await aSite(all)).toMatchObject(all);
  });

  test('has the configured currency and a time of day', async () => {
    const paths = async (input: object) => {
      const { details } = await refusalOf(aSite(input));
      return (details as { issues: { path: string[] }[] }).issues.map(({ path }) => path.join());
    };
    expect(await paths({ currency: 'EUR' })).toEqual(['currency']);
    for (const businessDayStartsAt of ['6:00', '24:00', '06:60', '06:00:00', '']) {
      expect(await paths({ businessDayStartsAt })).toEqual(['businessDayStartsAt']);
    }
  });

  test('changes when its day begins, and takes it back', async () => {
    const { id: siteId } = await aSite();
    const update = (input: object) => admin.call.sites.update({ siteId, ...input });
    expect(await update({ businessDayStartsAt: '05:30' })).toMatchObject({
      businessDayStartsAt: '05:30',
      revision: 2,
    });
    expect(await update({ taxRate: 7 })).toMatchObject({ businessDayStartsAt: '05:30' });
    expect(await update({ businessDayStartsAt: null })).toMatchObject({
      businessDayStartsAt: null,
    });
  });

  test('is deleted once no theater belongs to it', async () => {
    const { id: siteId } = await aSite();
    const theater = await aTheater({ siteId });
    expect(await refusalOf(admin.call.sites.delete({ siteId }))).toEqual(inUse());
    await admin.call.theaters.delete({ theaterId: theater.id });
    expect(await admin.call.sites.delete({ siteId })).toEqual({ id: siteId, archived: true });
    expect((await refusalOf(admin.call.sites.get({ siteId }))).code).toBe('NOT_FOUND');
    expect((await refusalOf(admin.call.sites.delete({ siteId }))).code).toBe('NOT_FOUND');
    expect(await refusalOf(aTheater({ siteId }))).toEqual(unknownSite);
  });

  test('that a show waits in says so, and the default site is never deleted', async () => {
    const { id: siteId } = await aSite();
    const { theater } = await aShowtime(running.app);
    await admin.call.theaters.update({ theaterId: theater.id, siteId });
    expect(await refusalOf(admin.call.sites.delete({ siteId }))).toEqual(inUse({ showtimes: 1 }));
    const { pool } = running.app;
    await pool.query('update theaters set site_id = $1', [siteId]);
    const deletion = admin.call.sites.delete({ siteId: defaultSite });
    expect((await refusalOf(deletion)).code).toBe('IN_USE');
  });

  test('is not deleted while a theater is on its way to it', async () => {
    const { id: siteId } = await aSite();
    const { id: theaterId } = await aTheater();
    const { pool } = running.app;
    const client = await pool.connect();
    await client.query('begin');
    await client.query('update theaters set site_id = $1 where id = $2', [siteId, theaterId]);
    const deletion = refusalOf(admin.call.sites.delete({ siteId }));
    await expect
      .poll(async () => {
        const { rows } = await pool.query<{ waits: number }>(
          `select count(*)::int as waits from pg_stat_activity
           where datname = current_database() and wait_event_type = 'Lock'`,
        );
        return rows[0]?.waits;
      })
      .toBe(1);
    await client.query('commit');
    client.release();
    expect(await deletion).toEqual(inUse());
  });
});

describe('a theater', () => {
  test('belongs to the default site, or to the one that it names', async () => {
    expect(await aTheater()).toMatchObject({ siteId: defaultSite });
    const { id: siteId } = await aSite();
    const theater = await aTheater({ siteId });
    expect(theater.siteId).toBe(siteId);
    const { items } = await admin.call.theaters.list({ siteId });
    expect(items.map(({ id, siteId: of }) => [id, of])).toEqual([[theater.id, siteId]]);
  });

  test('needs a site that there is', async () => {
    const siteId = randomUUID();
    expect(await refusalOf(aTheater({ siteId }))).toEqual(unknownSite);
    const { id: theaterId } = await aTheater();
    const move = admin.call.theaters.update({ theaterId, siteId });
    expect(await refusalOf(move)).toEqual(unknownSite);
    expect((await refusalOf(admin.call.theaters.list({ siteId }))).code).toBe('NOT_FOUND');
  });

  test('moves while nothing is locked or booked in a show that has not ended', async () => {
    const { id: siteId } = await aSite();
    const { theater, showtime, seatIds } = await aShowtime(running.app);
    const move = () => admin.call.theaters.update({ theaterId: theater.id, siteId });
    const { call } = await aUser(running.app);
    const seats = { showtimeId: showtime.id, seatIds: seatIds.slice(0, 2) };
    await call.showtimes.lockSeats(seats);
    expect(await refusalOf(move())).toEqual(inUse({ showtimes: 1, lockedSeats: 2 }));
    const { id: reservationId } = await call.reservations.create(seats);
    expect(await refusalOf(move())).toEqual(inUse({ showtimes: 1, reservedSeats: 2 }));
    const rename = { theaterId: theater.id, name: 'Renamed', siteId: theater.siteId };
    expect(await admin.call.theaters.update(rename)).toMatchObject({ name: 'Renamed' });
    await call.reservations.cancel({ reservationId });
    expect(await move()).toMatchObject({ siteId });
  });

  test('moves with what it sold in the past', async () => {
    const { id: siteId } = await aSite();
    const { theater, showtime, seatIds } = await aShowtime(running.app);
    const { call } = await aUser(running.app);
    const seats = { showtimeId: showtime.id, seatIds: seatIds.slice(0, 1) };
    await call.showtimes.lockSeats(seats);
    await call.reservations.create(seats);
    const { pool } = running.app;
    for (const [table, columns] of [
      ['showtimes', ['start_time', 'end_time', 'blocked_until']],
      ['seat_claims', ['locked_at']],
      ['reservations', ['created_at']],
      ['reservation_events', ['created_at']],
    ] as const) {
      const sets = columns.map((column) => `${column} = ${column} - interval '2 days'`);
      const key = table === 'showtimes' ? 'id' : 'showtime_id';
      await pool.query(`update ${table} set ${sets.join()} where ${key} = $1`, [showtime.id]);
    }
    const moved = await admin.call.theaters.update({ theaterId: theater.id, siteId });
    expect(moved.siteId).toBe(siteId);
  });

  test('does not move while a show of it uses a price list of one site', async () => {
    const { id: siteId } = await aSite();
    const { theater, showtime } = await aShowtime(running.app);
    const { items } = await admin.call.ticketTypes.list({});
    const ticketTypeId = items[0]?.id ?? '';
    const aList = (of: object) =>
      admin.call.priceLists.create({
        name: 'House',
        items: [{ ticketTypeId, seatType: 'regular', price: '9.00' }],
        ...of,
      });
    const use = async (of: object) => {
      const { id: priceListId } = await aList(of);
      await admin.call.showtimes.update({ showtimeId: showtime.id, priceListId });
    };
    const move = () => admin.call.theaters.update({ theaterId: theater.id, siteId });
    await use({ siteId: theater.siteId });
    expect(await refusalOf(move())).toEqual(inUse({ showtimes: 1 }));
    await use({});
    expect(await move()).toMatchObject({ siteId });
  });

  test('is moved by a manager of both sites only', async () => {
    const { id: siteId } = await aSite();
    const { id: theaterId, siteId: from } = await aTheater();
    const manager = await aUser(running.app);
    const grant = (of: string) =>
      admin.call.admin.staff.grant({ userId: manager.id, siteId: of, role: 'manager' });
    await grant(from);
    const move = () => manager.call.theaters.update({ theaterId, siteId });
    expect(await refusalOf(move())).toEqual(unknownSite);
    await grant(siteId);
    expect(await move()).toMatchObject({ siteId });
  });
});

test('what is done to sites is in the audit log', async () => {
  const { id: siteId } = await aSite({ name: 'Audited' });
  await admin.call.sites.update({ siteId, businessDayStartsAt: '06:00' });
  await admin.call.sites.delete({ siteId });
  const { items } = await admin.call.admin.audit.list({ subject: siteId });
  expect(items.map(({ action }) => action).toSorted()).toEqual([
    'sites.create',
    'sites.delete',
    'sites.update',
  ]);
});
