import { afterEach, expect, test } from 'vitest';
import { createTestApp, callerOf } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { aUser } from '../../test/builders.ts';
import type { App } from '../app.ts';
import { demoAccountsActive } from '../auth/demo-accounts.ts';
import type { Config } from '../config.ts';
import { SeatRows } from '../theaters/schema.ts';
import { theaterList } from './content.ts';
import { seedDemo } from './seed.ts';

const opened: TestApp[] = [];

/** Closing checks the invariants of guarantees.md on what was seeded. */
afterEach(async () => {
  for (const each of opened.splice(0)) {
    await each.close();
  }
});

async function start(overrides: Partial<Config> = {}): Promise<App> {
  return (await startServer(overrides)).app;
}

async function startServer(overrides: Partial<Config>, sharedUrl?: string): Promise<TestApp> {
  const started = await createTestApp(overrides, sharedUrl);
  opened.unshift(started);
  return started;
}

async function rows<Row>(app: App, sql: string): Promise<Row[]> {
  return (await app.pool.query(sql)).rows as Row[];
}

async function signIn(app: App, email: string) {
  const signedIn = await callerOf(app).auth.login({ email, password: 'matinee-demo-1' });
  return { user: signedIn.user, call: callerOf(app, { token: signedIn.accessToken }) };
}

/** The schedule without its dates: day counted from the first, local time, movie. */
const schedule = `
  select t.name as theater, s.start_time at time zone t.timezone - first.day as since, m.title
  from showtimes s join theaters t on t.id = s.theater_id join movies m on m.id = s.movie_id
  cross join lateral (select min((x.start_time at time zone t.timezone)::date) as day
    from showtimes x where x.theater_id = t.id) first
  order by 1, 2`;

test('fills an empty database with theaters of different shape in two time zones', async () => {
  const app = await start();

  expect(await seedDemo(app)).toBe('seeded');

  const theaters = await rows<{ seats: number; types: string[]; gaps: number; timezone: string }>(
    app,
    `select t.timezone, count(*)::int as seats, array_agg(distinct s.seat_type) as types,
       (select sum(width - seats)::int from (select max(position) as width, count(*) as seats
         from seats where theater_id = t.id group by row_index) as row) as gaps
     from theaters t join seats s on s.theater_id = t.id group by t.id order by seats desc`,
  );
  expect(theaters.length).toBeGreaterThanOrEqual(3);
  expect(new Set(theaters.map(({ seats }) => seats)).size).toBe(theaters.length);
  expect(new Set(theaters.map(({ timezone }) => timezone)).size).toBe(2);
  expect(theaters[0]).toMatchObject({ types: ['premium', 'regular', 'vip'] });
  expect(theaters[0]?.seats).toBeGreaterThan(200);
  expect(theaters[0]?.gaps).toBeGreaterThan(10);
  expect(await rows(app, 'select 1 from movies where length(description) > 40')).toHaveLength(12);
});

test('has wheelchair places with companions, love seats, and a row numbered from the right', async () => {
  const app = await start();
  await seedDemo(app);

  const places = await rows(
    app,
    `select row_label as row, array_agg(seat_number || ':' || features[1] order by position) as seats
     from seats where features <> '{}' group by theater_id, row_label order by 1`,
  );
  const pairs = Array.from({ length: 16 }, (_, index) => index + 1).filter(
    (number) => ![3, 4, 5, 12, 13, 14].includes(number),
  );
  expect(places).toEqual([
    {
      row: 'D',
      seats: [
        '1:wheelchair',
        '2:companion',
        '3:companion',
        '18:companion',
        '19:companion',
        '20:wheelchair',
      ],
    },
    { row: 'P', seats: pairs.map((number) => `${number}:pair`) },
  ]);
  const fromRight = `select distinct row_label as row from seats where position = 1 and seat_number > 1`;
  expect(await rows(app, fromRight)).toEqual([{ row: 'E' }]);
  // What the demo builds by itself is what the API would accept.
  expect(theaterList.map(({ rows: given }) => SeatRows.safeParse(given).success)).toEqual([
    true,
    true,
    true,
  ]);
});

test('has two sites, of which the second has a tax and a business day of its own', async () => {
  const app = await start();
  await seedDemo(app);
  const { items } = await callerOf(app).sites.list({});
  const theaters = await callerOf(app).theaters.list({});
  const halls = (siteId: string) => theaters.items.filter((each) => each.siteId === siteId).length;
  const facts = items.map(({ id, name, taxRate, businessDayStartsAt }) => {
    return [name, taxRate, businessDayStartsAt, halls(id)];
  });
  expect(facts).toEqual([
    ['Matinee Downtown', 0, null, 2],
    ['Matinee Riverside', 9.5, '06:00', 1],
  ]);
});

test('plays every day for two weeks around today, in the evening of each theater', async () => {
  const app = await start();
  await seedDemo(app);

  type Day = { name: string; away: number; shows: number; first: string; last: string };
  const days = await rows<Day>(
    app,
    `select t.name, local::date - (now() at time zone t.timezone)::date as away,
       count(*)::int as shows, min(local)::time::text as first, max(local)::time::text as last
     from showtimes s join theaters t on t.id = s.theater_id,
       lateral (select s.start_time at time zone t.timezone as local) as _
     group by t.id, local::date order by away`,
  );
  // From seven days ago to eight days ahead; the day may have changed since it was seeded.
  expect(days).toHaveLength(3 * 16);
  expect(days[0]?.away).toBeLessThanOrEqual(-7);
  expect(days.at(-1)?.away).toBeGreaterThanOrEqual(7);
  const odd = days.filter(({ shows, first, last }) => {
    return shows < 3 || first < '12:00' || last > '22:30';
  });
  expect(odd).toEqual([]);
});

test('is the same on every machine, apart from the dates', async () => {
  const [one, other] = [await start(), await start()];
  await seedDemo(one);
  await seedDemo(other);

  expect(await rows(one, schedule)).toEqual(await rows(other, schedule));
});

test('sells the evenings of the first hall by lists, cheaper on Tuesdays', async () => {
  const app = await start();
  await seedDemo(app);

  const lists = await rows(
    app,
    `select v.name, min(t.price) as price, bool_and(extract(isodow from t.local_start) = 2) as tuesdays
     from showtimes t join price_lists v on v.id = t.price_version_id
     where t.end_time > now() group by v.name order by v.name`,
  );
  expect(lists).toEqual([
    { name: 'House', price: '14.50', tuesdays: false },
    { name: 'Tuesday', price: '11.50', tuesdays: true },
  ]);
  const { call } = await signIn(app, 'user@example.com');
  const types = await call.ticketTypes.list({});
  expect(types.items.map(({ name }) => name)).toEqual(['Adult', 'Senior', 'Student', 'Child']);
  expect(await rows(app, 'select 1 from movies where minimum_age is not null')).toHaveLength(2);
});

test('has staff for the desk and the gate', async () => {
  const app = await start();
  await seedDemo(app);
  const desk = await signIn(app, 'desk@example.com');
  expect(desk.user.role).toBe('staff');
  await desk.call.admin.reservations.list({});
  const gate = await signIn(app, 'gate@example.com');
  await expect(gate.call.admin.reservations.list({})).rejects.toThrow('role');
});

test('lets both demo accounts sign in, each in its role', async () => {
  const app = await start();
  await seedDemo(app);

  expect((await signIn(app, 'admin@example.com')).user.role).toBe('admin');
  expect((await signIn(app, 'user@example.com')).user.role).toBe('user');
});

test('gives the demo user something past, something to come and something cancelled', async () => {
  const app = await start();
  await seedDemo(app);
  const { call } = await signIn(app, 'user@example.com');

  const past = await call.reservations.list({ when: 'past' });
  const upcoming = await call.reservations.list({ when: 'upcoming' });

  const all = [...past.items, ...upcoming.items];
  expect(all.some(({ status }) => status === 'cancelled')).toBe(true);
  expect(past.items.some(({ status }) => status === 'confirmed')).toBe(true);
  expect(upcoming.items.some(({ status }) => status === 'confirmed')).toBe(true);
});

test('leaves seats to lock and book in a show to come', async () => {
  const app = await start();
  await seedDemo(app);
  const { call } = await signIn(app, 'user@example.com');
  const [showtime] = (await call.showtimes.list({})).items.slice(-1);
  const showtimeId = showtime?.id ?? '';

  const { seats } = await call.showtimes.seats({ showtimeId });
  const free = seats.filter(({ status }) => status === 'available').slice(0, 2);
  const seatIds = free.map(({ id }) => id);
  await call.showtimes.lockSeats({ showtimeId, seatIds });

  const reservation = await call.reservations.create({ showtimeId, seatIds });
  expect(reservation.seats).toHaveLength(2);
});

test('blocks two seats for the house and a broken one in a show to come', async () => {
  const app = await start();
  await seedDemo(app);

  const blocks = await rows(
    app,
    `select b.kind, count(*)::int as seats, t.start_time - b.release_at = interval '2 hours' as released,
       count(distinct b.showtime_id)::int as shows
     from seat_blocks b join seat_claims c on c.block_id = b.id
     join showtimes t on t.id = c.showtime_id and t.start_time > now()
     group by b.kind, 3 order by b.kind`,
  );
  expect(blocks).toEqual([
    { kind: 'broken', seats: 1, released: null, shows: 1 },
    { kind: 'house', seats: 2, released: true, shows: 1 },
  ]);
});

test('charges each seat the price of its type, in the configured currency', async () => {
  const app = await start({ currency: 'EUR' });
  await seedDemo(app);

  const wrong = await rows(
    app,
    `select rs.price, s.seat_type, t.price from reservation_seats rs
     join reservations r on r.id = rs.reservation_id
     join showtimes t on t.id = rs.showtime_id join seats s on s.id = rs.seat_id
     where r.currency <> 'EUR' or t.currency <> 'EUR' or s.out_of_order
       or rs.price <> case s.seat_type when 'vip' then coalesce(t.vip_price, t.price)
         when 'premium' then coalesce(t.premium_price, t.price) else t.price end`,
  );
  expect(wrong).toEqual([]);
});

test('gives the reports something to show, and nothing that happens in the future', async () => {
  const app = await start();
  await seedDemo(app);
  const { call } = await signIn(app, 'admin@example.com');

  const revenue = await call.admin.reports.revenue({});
  const popular = await call.admin.reports.popularMovies({});

  expect(Number(revenue.totals.revenue)).toBeGreaterThan(1_000);
  expect(popular.rows).toHaveLength(10);
  const ahead = `select 1 from reservations r join showtimes t on t.id = r.showtime_id
    where greatest(r.created_at, r.cancelled_at, r.updated_at) > least(now(), t.start_time)
      or r.cancelled_at < r.created_at or t.created_at > r.created_at`;
  expect(await rows(app, ahead)).toEqual([]);
});

test('seeds once when servers start at once, and never a second time', async () => {
  const { app, databaseUrl } = await startServer({});
  const other = await startServer({}, databaseUrl);

  const outcomes = await Promise.all([seedDemo(app), seedDemo(other.app), seedDemo(app)]);

  const before = await rows(app, 'select count(*) from reservations');

  expect(outcomes.toSorted()).toEqual(['present', 'present', 'seeded']);
  expect(await seedDemo(app)).toBe('present');
  expect(await rows(app, 'select count(*) from reservations')).toEqual(before);
});

test('leaves a database alone that has an account in it', async () => {
  const app = await start();
  await aUser(app);

  expect(await seedDemo(app)).toBe('present');
  expect(await rows(app, 'select 1 from movies')).toEqual([]);
});

test('is refused in production', async () => {
  const app = await start({ environment: 'production' });

  await expect(seedDemo(app)).rejects.toThrow(/never created in production/);
  expect(await rows(app, 'select 1 from users')).toEqual([]);
});

test('has one reservation of a guest, with an address for its mail', async () => {
  const app = await start();
  await seedDemo(app);

  const ofGuests = `select r.status, r.contact_email as contact, u.email = u.id::text as "isUnnamed"
    from reservations r join users u on u.id = r.user_id where u.role = 'guest'`;
  expect(await rows(app, ofGuests)).toEqual([
    { status: 'confirmed', contact: 'grace.guest@example.org', isUnnamed: true },
  ]);
  expect(await rows(app, `select 1 from users where role = 'guest'`)).toHaveLength(1);
});

test('reminds the demo user of shows, and no invented customer', async () => {
  const app = await start();
  await seedDemo(app);

  const unasked = `select email from users u where not exists (
    select from notification_settings n where n.user_id = u.id and not n.reminders) order by email`;
  const emails = ['admin', 'desk', 'gate', 'user'].map((name) => ({
    email: `${name}@example.com`,
  }));
  expect(await rows(app, unasked)).toEqual(emails);
});

test('names the demo accounts that are active', async () => {
  const app = await start();
  expect(await demoAccountsActive(app)).toEqual([]);
  await seedDemo(app);
  expect(await demoAccountsActive(app)).toEqual([
    'admin@example.com',
    'desk@example.com',
    'gate@example.com',
    'user@example.com',
  ]);

  await app.pool.query(`update users set disabled_at = now() where email = 'user@example.com'`);

  expect(await demoAccountsActive(app)).not.toContain('user@example.com');
});
