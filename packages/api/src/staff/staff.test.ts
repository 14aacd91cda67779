import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { anAdmin, aShowtime, aUser, days, refusalOf } from '../../test/builders.ts';
import type { Person, Scene } from '../../test/builders.ts';
import type { SiteRole } from '../auth/rights.ts';
import { defaultSite } from '../db/entities/theater.ts';

let running: TestApp;
let admin: Person;
/** A show of the default site, and one of another. */
let here: Scene;
let there: Scene;
const otherSite = randomUUID();
beforeAll(async () => {
  running = await createTestApp();
  admin = await anAdmin(running.app);
  here = await aShowtime(running.app);
  there = await aShowtime(running.app);
  const { pool } = running.app;
  await pool.query(
    `insert into sites (id, name, timezone, refund_policy)
     select $1, 'Another', timezone, refund_policy from sites where id = $2`,
    [otherSite, defaultSite],
  );
  await pool.query('update theaters set site_id = $1 where id = $2', [otherSite, there.theater.id]);
});
afterAll(() => running.close());

const grant = ({ id: userId }: Person, role: SiteRole, siteId: string | null = defaultSite) =>
  admin.call.admin.staff.grant({ userId, siteId, role });
async function aMember(role: SiteRole, siteId: string | null = defaultSite): Promise<Person> {
  const person = await aUser(running.app);
  await grant(person, role, siteId);
  return person;
}
const codeOf = async (call: Promise<unknown>) => (await refusalOf(call)).code;
const roleOf = async ({ call }: Person) => (await call.auth.me()).role;

/** A reservation of a new customer in that show. */
async function sell({ showtime, seatIds }: Scene, place: number) {
  const { call } = await aUser(running.app);
  const input = { showtimeId: showtime.id, seatIds: [seatIds[place] ?? ''] };
  await call.showtimes.lockSeats(input);
  return { reservationId: (await call.reservations.create(input)).id };
}

describe('a grant', () => {
  test('makes a user staff, and the last revocation a user again', async () => {
    const person = await aUser(running.app);
    const user = { id: person.id, email: person.email };
    expect(await grant(person, 'gate')).toEqual([{ user, siteId: defaultSite, role: 'gate' }]);
    expect(await roleOf(person)).toBe('staff');
    expect(await grant(person, 'manager')).toEqual([
      { user, siteId: defaultSite, role: 'manager' },
    ]);
    await grant(person, 'box_office', null);
    const revoke = (siteId?: string) =>
      admin.call.admin.staff.revoke({ userId: person.id, ...(siteId ? { siteId } : {}) });
    expect(await revoke(defaultSite)).toEqual([{ user, siteId: null, role: 'box_office' }]);
    expect(await roleOf(person)).toBe('staff');
    expect(await revoke()).toEqual([]);
    expect(await roleOf(person)).toBe('user');
    expect(await codeOf(person.call.admin.reservations.list({}))).toBe('FORBIDDEN');
  });

  test('leaves an administrator one, and is what is left of one', async () => {
    const person = await anAdmin(running.app);
    await grant(person, 'gate');
    expect(await roleOf(person)).toBe('admin');
    await admin.call.admin.users.demote({ userId: person.id });
    expect(await roleOf(person)).toBe('staff');
  });

  test('needs a site that there is', async () => {
    const person = await aUser(running.app);
    expect(await refusalOf(grant(person, 'gate', randomUUID()))).toMatchObject({
      code: 'NOT_FOUND',
      details: { field: 'siteId' },
    });
    expect(await roleOf(person)).toBe('user');
  });

  test('is listed at its site, and at every site if it is for all', async () => {
    const [one, all] = [await aMember('gate', otherSite), await aMember('manager', null)];
    const listed = await admin.call.admin.staff.list({ siteId: otherSite });
    const ids = listed.map(({ user }) => user.id);
    expect(ids).toContain(one.id);
    expect(ids).toContain(all.id);
    const atDefault = await admin.call.admin.staff.list({ siteId: defaultSite });
    expect(atDefault.map(({ user }) => user.id)).not.toContain(one.id);
    const unknown = admin.call.admin.staff.list({ siteId: randomUUID() });
    expect(await codeOf(unknown)).toBe('NOT_FOUND');
  });
});

describe('at other sites', () => {
  test('lists hold nothing, and the site itself does not exist', async () => {
    const { reservationId } = await sell(here, 0);
    const foreign = await sell(there, 0);
    const manager = await aMember('manager');
    const { items } = await manager.call.admin.reservations.list({ limit: 100 });
    const ids = items.map(({ id }) => id);
    expect(ids).toContain(reservationId);
    expect(ids).not.toContain(foreign.reservationId);
    const everywhere = await aMember('box_office', null);
    const all = await everywhere.call.admin.reservations.list({ limit: 100 });
    expect(all.items.map(({ id }) => id)).toContain(foreign.reservationId);
    const payments = manager.call.admin.payments.list({ siteId: otherSite });
    expect(await codeOf(payments)).toBe('NOT_FOUND');
    const incidents = manager.call.admin.incidents.list({ siteId: otherSite });
    expect(await codeOf(incidents)).toBe('NOT_FOUND');
  });

  test('a manager schedules nothing, and moves nothing there', async () => {
    const manager = await aMember('manager');
    const show = {
      movieId: here.movieId,
      startTime: new Date(Date.now() + days(5)),
      price: '9.00',
    };
    const { create, update } = manager.call.showtimes;
    const made = await create({ ...show, theaterId: here.theater.id });
    const foreign = { theaterId: there.theater.id };
    expect(await refusalOf(create({ ...show, ...foreign }))).toMatchObject({
      code: 'NOT_FOUND',
      details: { field: 'theaterId' },
    });
    expect(await codeOf(update({ showtimeId: made.id, ...foreign }))).toBe('NOT_FOUND');
    expect(await codeOf(update({ showtimeId: there.showtime.id, price: '1.00' }))).toBe(
      'NOT_FOUND',
    );
  });

  test('a role of less rights there is refused, and not hidden', async () => {
    const mixed = await aMember('manager');
    await grant(mixed, 'gate', otherSite);
    const { update } = mixed.call.showtimes;
    expect(await codeOf(update({ showtimeId: there.showtime.id, price: '1.00' }))).toBe(
      'FORBIDDEN',
    );
    const { reservationId } = await sell(there, 1);
    expect(await codeOf(mixed.call.reservations.get({ reservationId }))).toBe('FORBIDDEN');
  });
});

describe('the box office', () => {
  test('cancels what customers bought, with a decision about the money, before the start', async () => {
    const clerk = await aMember('box_office');
    const { reservationId } = await sell(here, 1);
    const decision = { refund: 'none', reason: 'Asked at the desk' } as const;
    expect(await clerk.call.reservations.cancel({ reservationId, ...decision })).toMatchObject({
      status: 'cancelled',
      cancelReason: 'staff',
    });
    const started = await aShowtime(running.app);
    const late = await sell(started, 0);
    await running.app.pool.query(
      `update showtimes set start_time = date_trunc('milliseconds', clock_timestamp())
       where id = $1`,
      [started.showtime.id],
    );
    expect(await codeOf(clerk.call.reservations.cancel({ ...late, ...decision }))).toBe(
      'SHOWTIME_STARTED',
    );
    const manager = await aMember('manager');
    expect(await manager.call.reservations.cancel({ ...late, ...decision })).toMatchObject({
      status: 'cancelled',
    });
  });

  test('decides about the money of its own site only, the own bookings included', async () => {
    const clerk = await aMember('box_office');
    const input = { showtimeId: there.showtime.id, seatIds: [there.seatIds[2] ?? ''] };
    await clerk.call.showtimes.lockSeats(input);
    const { id: reservationId } = await clerk.call.reservations.create(input);
    const { cancel } = clerk.call.reservations;
    expect(await codeOf(cancel({ reservationId, refund: 'full' }))).toBe('FORBIDDEN');
    expect(await cancel({ reservationId })).toMatchObject({ cancelReason: 'customer' });
  });
});
