import { anAdmin, createTestApp, FakeProvider } from '@matinee/api/testing';
import type { Caller, TestApp } from '@matinee/api/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { randomOf } from '../races/customers.ts';
import { Cinema } from './month-cinema.ts';
import { centsOf, decimal, Ledger } from './month-ledger.ts';
import type { Sums, Taker } from './month-ledger.ts';
import { fakeSide, stripeSide } from './month-takers.ts';
import { providerFor } from './stripe-shop.ts';
import { StripeStandIn } from './stripe-stand-in.ts';

/*
 * A month of a cinema at random, counted three times: by the product's reports, by the providers, and by
 * a ledger that shares no code with either. They agree to the cent, by provider and day and by show.
 */

const days = 30;
const takers: readonly Taker[] = ['stripe', 'paypal'];

/** A failed month is repeated with its `MONTH_SEED`. */
const seed = Number(process.env.MONTH_SEED ?? Date.now() % 2 ** 31);

let stripe: StripeStandIn;
let running: TestApp;
let cinema: Cinema;
let admin: Caller;
let range: { from: string; to: string };
const ledger = new Ledger();
/** What each provider had at the end of each day. */
const books: Record<Taker, Sums[]> = { stripe: [], paypal: [] };

beforeAll(async () => {
  stripe = await StripeStandIn.start();
  const fake = new FakeProvider('paypal');
  running = await createTestApp({}, undefined, { payments: [await providerFor(stripe), fake] });
  const sides = { stripe: stripeSide(stripe), paypal: fakeSide(fake) };
  const { app } = running;
  cinema = new Cinema(app, { stripe, sides, ledger, random: randomOf(seed) });
  for (ledger.day = 0; ledger.day < days; ledger.day += 1) {
    await (ledger.day === days - 1 ? cinema.end() : cinema.day());
    takers.forEach((taker) => books[taker].push(sides[taker].books()));
    if (ledger.day < days - 1) {
      await passDay();
    }
  }
  admin = (await anAdmin(app)).call;
  range = { from: dateOf(0), to: dateOf(days - 1) };
}, 240_000);
afterAll(async () => {
  console.log(`month: ${ledger.entries.length} purchases; again with MONTH_SEED=${seed}`);
  await running.close();
  await stripe.stop();
});

/** Money that has moved is a day older. */
async function passDay(): Promise<void> {
  const { pool } = running.app;
  await pool.query(`update payments set created_at = created_at - interval '1 day',
    succeeded_at = succeeded_at - interval '1 day', updated_at = updated_at - interval '1 day'`);
  await pool.query(`update refunds set created_at = created_at - interval '1 day',
    sent_at = sent_at - interval '1 day', settled_at = settled_at - interval '1 day'`);
  await pool.query(`update reservation_log set created_at = created_at - interval '1 day'`);
}

function dateOf(day: number): string {
  return new Date(Date.now() - (days - 1 - day) * 86_400_000).toISOString().slice(0, 10);
}

/** Lines of what is not the same on both sides. */
type Differences = string[];

function compareSums(name: string, expected: Sums, actual: Sums): Differences {
  const kinds = ['captured', 'refunded', 'lost'] as const;
  return kinds
    .filter((kind) => expected[kind] !== actual[kind])
    .map((kind) => `${name} ${kind}: ${decimal(expected[kind])}, not ${decimal(actual[kind])}`);
}

const nothing: Sums = { captured: 0, refunded: 0, lost: 0 };

/** The ledger against the report of payments, by provider and day, and together. */
async function paymentDifferences(): Promise<Differences> {
  const { rows, totals } = await admin.admin.reports.payments(range);
  const sumsOf = (row: (typeof totals)[number] | undefined): Sums =>
    row
      ? {
          captured: centsOf(row.captured),
          refunded: centsOf(row.refunded),
          lost: centsOf(row.chargedBack),
        }
      : nothing;
  return takers.flatMap((taker) => {
    const total = totals.find(({ provider }) => provider === taker);
    const { captured, refunded, lost } = ledger.sums(taker);
    const net = captured - refunded - lost;
    return [
      ...compareSums(taker, ledger.sums(taker), sumsOf(total)),
      ...(total?.net === decimal(net) ? [] : [`${taker} net: ${decimal(net)}, not ${total?.net}`]),
      ...Array.from({ length: days }, (_day, day) => {
        const date = dateOf(day);
        const row = rows.find((each) => each.provider === taker && each.date === date);
        return compareSums(`${taker} ${date}`, ledger.sums(taker, day), sumsOf(row));
      }).flat(),
    ];
  });
}

/** The ledger against the report of revenue, by show. */
async function revenueDifferences(): Promise<Differences> {
  const to = new Date(Date.now() + 6 * 86_400_000).toISOString().slice(0, 10);
  const { rows } = await admin.admin.reports.revenue({ from: range.to, to, groupBy: 'showtime' });
  const revenueOf = new Map(rows.map(({ showtimeId, revenue }) => [showtimeId, revenue]));
  return cinema.shows
    .filter(({ isCancelled }) => !isCancelled)
    .flatMap(({ showtime: { id } }) => {
      const expected = decimal(ledger.ofShow(id));
      const actual = revenueOf.get(id);
      return expected === actual ? [] : [`${id}: ${expected}, not ${actual}`];
    });
}

/** The ledger against the books of the providers, after each day. */
function bookDifferences(): Differences {
  return takers.flatMap((taker) => {
    const sum = { ...nothing };
    return books[taker].flatMap((actual, day) => {
      const { captured, refunded, lost } = ledger.sums(taker, day);
      sum.captured += captured;
      sum.refunded += refunded;
      sum.lost += lost;
      return compareSums(`${taker}, day ${day}`, sum, actual);
    });
  });
}

describe('a month adds up', () => {
  test('in the books of the providers', () => {
    expect(bookDifferences()).toEqual([]);
    const { captured, refunded, lost } = ledger.sums('stripe');
    expect(stripe.balance()).toEqual({ USD: decimal(captured - refunded - lost) });
  });

  test('in the report of payments', async () => {
    expect(await paymentDifferences()).toEqual([]);
  });

  test('in the report of revenue', async () => {
    expect(await revenueDifferences()).toEqual([]);
  });

  test('and something of everything has happened', () => {
    const sums = takers.map((taker) => ledger.sums(taker));
    const all = sums.flatMap(({ captured, refunded, lost }) => [captured, refunded, lost]);
    expect(all.every((cents) => cents > 0)).toBe(true);
    expect(cinema.shows.some(({ isCancelled }) => isCancelled)).toBe(true);
  });
});

describe('a cent that is moved is noticed', () => {
  const first = (table: string, condition: string) =>
    `id = (select id from ${table} where ${condition} order by id limit 1)`;

  test.for<[string, string, () => Promise<Differences>]>([
    ['payments', 'captured', paymentDifferences],
    ['refunds', 'amount', paymentDifferences],
    ['reservation_log', 'kept', revenueDifferences],
  ])('in %s', async ([table, column, differences]) => {
    const { pool } = running.app;
    const condition = {
      payments: `status = 'succeeded'`,
      refunds: `status = 'succeeded'`,
      reservation_log: `kind = 'refunded' and exists (select from showtimes t
        where t.id = showtime_id and t.cancelled_at is null)`,
    }[table];
    const move = (cents: string) =>
      pool.query(`update ${table} set ${column} = ${column} + ${cents}
        where ${first(table, condition ?? 'false')}`);
    expect((await move('0.01')).rowCount).toBe(1);
    try {
      expect(await differences()).not.toEqual([]);
    } finally {
      await move('-0.01');
    }
    expect(await differences()).toEqual([]);
  });
});
