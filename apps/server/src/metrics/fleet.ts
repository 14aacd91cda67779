import { lastJobRuns, moneyStanding, outboxStanding } from '@matinee/api';
import type { App, MoneyStanding, OutboxStanding } from '@matinee/api';
import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

/** Prometheus waits for ten seconds by default, and a page without a database must arrive. */
const patienceMs = 2_000;

/**
 * Figures of the whole fleet, from the database: every server reports the same. Without a database
 * the last figures stay.
 */
export function observeFleet(app: App, registers: Registry[]): void {
  const read = sharedReading(app);
  const up = new Gauge({
    name: 'matinee_database_up',
    help: 'Whether the primary database responded to this server within two seconds (1) or not (0).',
    registers,
    collect: async () => {
      up.set((await read()) ? 1 : 0);
    },
  });
  observeMoney(read, registers);
  const oldest = new Gauge({
    name: 'matinee_outbox_oldest_seconds',
    help: 'Age of the oldest open delivery, over all servers.',
    registers,
    collect: async () => {
      const reading = await read();
      if (reading) {
        oldest.set(reading.outbox.oldestSeconds);
      }
    },
  });
  const deliveries = new Gauge({
    name: 'matinee_outbox_deliveries',
    help: 'Deliveries that are open, and those that have failed for good (dead), over all servers.',
    labelNames: ['state'],
    registers,
    collect: async () => {
      const reading = await read();
      if (reading) {
        deliveries.set({ state: 'open' }, reading.outbox.open);
        deliveries.set({ state: 'dead' }, reading.outbox.dead);
      }
    },
  });
  const lastRuns = new Gauge({
    name: 'matinee_job_last_run_timestamp_seconds',
    help: 'When a background job last ended on any server, in seconds since 1970.',
    labelNames: ['job_name'],
    registers,
    collect: async () => {
      for (const { name, at } of (await read())?.jobs ?? []) {
        lastRuns.set({ job_name: name }, at.getTime() / 1_000);
      }
    },
  });
}

/** Each figure of money: its name, its help, and where it is in a reading. */
const moneyFigures: readonly [name: string, help: string, figure: keyof MoneyStanding][] = [
  ['matinee_payments_open', 'Reservations that wait for their payment, over all servers.', 'open'],
  [
    'matinee_payments_late',
    'Reservations whose time to pay is over and whose payment has not been ended, over all servers.',
    'late',
  ],
  ['matinee_refunds_pending', 'Refunds that are on their way, over all servers.', 'refundsPending'],
  [
    'matinee_refunds_oldest_seconds',
    'Age of the oldest refund that is on its way, over all servers.',
    'refundsSeconds',
  ],
  [
    'matinee_incidents_open',
    'Differences about money that no one has resolved, over all servers.',
    'incidents',
  ],
];

function observeMoney(read: () => Promise<Reading | undefined>, registers: Registry[]): void {
  for (const [name, help, figure] of moneyFigures) {
    const gauge = new Gauge({
      name,
      help,
      registers,
      collect: async () => {
        const reading = await read();
        if (reading) {
          gauge.set(reading.money[figure]);
        }
      },
    });
  }
}

interface Reading {
  money: MoneyStanding;
  outbox: OutboxStanding;
  jobs: { name: string; at: Date }[];
}

/** All figures of a page share one reading; undefined without a database. */
function sharedReading(app: App) {
  const readNow = async (): Promise<Reading> => {
    const db = { em: app.orm.em.fork(), pool: app.pool };
    const [outbox, jobs, money] = await Promise.all([
      outboxStanding(db),
      lastJobRuns(db),
      moneyStanding(db),
    ]);
    return { outbox, jobs, money };
  };
  let reading: Promise<Reading | undefined> | undefined;
  return () => {
    reading ??= within(patienceMs, readNow())
      .catch(() => undefined)
      .finally(() => (reading = undefined));
    return reading;
  };
}

/** @throws when the work takes longer */
async function within<Result>(ms: number, work: Promise<Result>): Promise<Result> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`No result after ${ms} ms.`)), ms);
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
}
