import { noMailer } from '@matinee/api';
import { expect, onTestFinished, test, vi } from 'vitest';
import { exchange } from '../races/exchange.ts';
import { startServerProcess } from '../races/processes.ts';
import type { ServerProcess } from '../races/processes.ts';
import { aCustomer, aShow, book, endLeases, onlyDelivery, openCinema, sender } from './cinema.ts';
import type { Cinema } from './cinema.ts';
import { hangingAt, MailServer } from './mail-server.ts';

/*
 * Real servers that die or compete. Every booking is followed by its mail; by a second one only when
 * a server died between the mail and its mark, and then receivers can tell.
 */

// A server takes seconds to start where others are at work too.
vi.setConfig({ testTimeout: 120_000 });
const patient = { interval: 20, timeout: 60_000 };

/** A database and an SMTP server; the servers come later. */
async function open() {
  const mails = await MailServer.start();
  return { mails, cinema: await openCinema(noMailer) };
}

async function startServer(mails: MailServer, { databaseUrl }: Cinema, jobs = true) {
  const env = { MAIL_URL: mails.url(), MAIL_FROM: sender };
  const server = await startServerProcess({ databaseUrl, jobs, env });
  onTestFinished(() => server.kill());
  return server;
}

/** Books the first seat of a new show at a server. @returns the `Message-ID` of its mail */
async function bookAt(url: string, cinema: Cinema): Promise<string> {
  const [show, { call, token }] = await Promise.all([aShow(cinema), aCustomer(cinema)]);
  const seats = { showtimeId: show.id, seatIds: show.seatIds.slice(0, 1) };
  await call.showtimes.lockSeats(seats);
  const asked = { method: 'POST', path: '/reservations', token, body: seats };
  const { status, data } = await exchange(url, asked);
  expect(status).toBe(201);
  return messageIdOf(data.id);
}

const messageIdOf = (reservationId: unknown) =>
  `<reservation.confirmed.${String(reservationId)}@cinema.example>`;

const idsOf = (mails: MailServer['arrived']) => mails.map(({ messageId }) => messageId);

const untilDone = ({ pool }: Cinema) =>
  expect.poll(async () => (await onlyDelivery(pool)).state, patient).toBe('done');

test('a booking is mailed once by the next server, if its own died before any delivery', async () => {
  const { mails, cinema } = await open();
  const doomed = await startServer(mails, cinema, false);
  const messageId = await bookAt(doomed.url, cinema);
  await doomed.kill();
  expect(mails.connections).toBe(0);

  await startServer(mails, cinema);
  await expect.poll(() => idsOf(mails.accepted), patient).toEqual([messageId]);
  await untilDone(cinema);
  expect(idsOf(mails.arrived)).toEqual([messageId]);
});

test('a delivery outlives the server that had leased it', async () => {
  const { mails, cinema } = await open();
  mails.manner = hangingAt('greeting');
  const doomed = await startServer(mails, cinema);
  const messageId = await bookAt(doomed.url, cinema);
  await expect.poll(() => mails.connections, patient).toBeGreaterThan(0);
  await doomed.kill();
  expect(await onlyDelivery(cinema.pool)).toMatchObject({ state: 'open', attempts: 1 });

  mails.manner = () => {};
  await endLeases(cinema.pool);
  await startServer(mails, cinema);
  await untilDone(cinema);
  expect(idsOf(mails.arrived)).toEqual([messageId]);
  expect(await onlyDelivery(cinema.pool)).toMatchObject({ attempts: 2, error: null });
});

test('a mail whose mark was lost is sent again, recognisably the same', async () => {
  const { mails, cinema } = await open();
  const answer = Promise.withResolvers<void>();
  mails.manner = (step) => (step === 'mail' ? answer.promise : undefined);
  const doomed = await startServer(mails, cinema);
  const messageId = await bookAt(doomed.url, cinema);
  await expect.poll(() => mails.arrived.length, patient).toBe(1);
  // As a slow database would: the mark of the delivery waits.
  const release = await hold(cinema, 'select 1 from deliveries for update');
  answer.resolve();
  await expect.poll(() => waitingMarks(cinema), patient).toHaveLength(1);
  await doomed.kill();
  await forgetMarks(cinema);
  await release();
  expect(idsOf(mails.accepted)).toEqual([messageId]);
  expect(await onlyDelivery(cinema.pool)).toMatchObject({ state: 'open', attempts: 1 });

  await startServer(mails, cinema);
  await endLeases(cinema.pool);
  await untilDone(cinema);
  expect(idsOf(mails.accepted)).toEqual([messageId, messageId]);
  expect(await onlyDelivery(cinema.pool)).toMatchObject({ attempts: 2, error: null });
});

/** Keeps the locks of a statement until they are released. */
async function hold({ pool }: Cinema, statement: string): Promise<() => Promise<void>> {
  const client = await pool.connect();
  await client.query('begin');
  await client.query(statement);
  return async () => {
    await client.query('rollback');
    client.release();
  };
}

async function waitingMarks({ pool }: Cinema): Promise<number[]> {
  const { rows } = await pool.query<{ pid: number }>(
    `select pid from pg_stat_activity where datname = current_database()
       and wait_event_type = 'Lock' and query like 'update deliveries set done_at%'`,
  );
  return rows.map(({ pid }) => pid);
}

/** A statement outlives its server; the network does not always carry it so far. */
async function forgetMarks(cinema: Cinema): Promise<void> {
  const pids = await waitingMarks(cinema);
  await cinema.pool.query('select pg_terminate_backend(pid) from unnest($1::int[]) as pid', [pids]);
  await expect.poll(() => waitingMarks(cinema), patient).toEqual([]);
}

test('two servers mail each of 40 bookings once', async () => {
  const { mails, cinema } = await open();
  const { messageIds, servers } = await sellThroughTwoServers(mails, cinema);

  const left = 'select 1 from deliveries where done_at is null';
  await expect.poll(async () => (await cinema.pool.query(left)).rowCount, patient).toBe(0);
  expect(messageIds).toHaveLength(40);
  expect(idsOf(mails.arrived).toSorted()).toEqual(messageIds.toSorted());
  await expect.poll(async () => sum(await sharesOf(servers)), patient).toBe(40);
  expect(Math.min(...(await sharesOf(servers)))).toBeGreaterThan(0);
});

const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0);

test('without leases two servers send a mail twice, and this is noticed', async () => {
  const { mails, cinema } = await open();
  await cinema.pool.query(
    `create function end_lease_at_once() returns trigger language plpgsql as $$
     begin
       if new.leased_until is not null then new.leased_until := clock_timestamp(); end if;
       return new;
     end $$;
     create trigger no_leases before update on deliveries
       for each row execute function end_lease_at_once()`,
  );
  await sellThroughTwoServers(mails, cinema);

  const doubles = () => mails.arrived.length - new Set(idsOf(mails.arrived)).size;
  await expect.poll(doubles, patient).toBeGreaterThan(0);
});

/**
 * Two servers set out at the same moment on 39 bookings. The first mail is not answered until the
 * others have come and one more booking has been mailed: one of the two has had a round in which it
 * could have taken the first mail away from the other.
 */
async function sellThroughTwoServers(mails: MailServer, cinema: Cinema) {
  const answer = Promise.withResolvers<void>();
  mails.manner = (step, mail) => {
    const [first, ...others] = mails.arrived;
    if (others.some(({ messageId }) => messageId === first?.messageId)) {
      answer.resolve();
    }
    return step === 'mail' && mail === first ? answer.promise : undefined;
  };
  const show = await aShow(cinema, { seats: 40 });
  const buy = async (seatId: string) => {
    const { id } = await book(await aCustomer(cinema), show, [seatId]);
    return messageIdOf(id);
  };
  const messageIds = await Promise.all(show.seatIds.slice(1).map(buy));
  // No worker gets the facts until all of them are there.
  const release = await hold(cinema, 'lock table outbox in share mode');
  const servers = await Promise.all([startServer(mails, cinema), startServer(mails, cinema)]);
  await expect.poll(() => countWaitingWorkers(cinema), patient).toBe(2);
  await release();
  await expect.poll(() => new Set(idsOf(mails.arrived)).size, patient).toBe(39);
  const late = await Promise.all(show.seatIds.slice(0, 1).map(buy));
  await expect.poll(() => idsOf(mails.accepted), patient).toContain(late[0]);
  answer.resolve();
  return { servers, messageIds: [...messageIds, ...late] };
}

async function countWaitingWorkers({ pool }: Cinema): Promise<number | null> {
  const { rowCount } = await pool.query(
    `select 1 from pg_stat_activity where datname = current_database()
       and wait_event_type = 'Lock' and query like '%where expanded_at is null%'`,
  );
  return rowCount;
}

/** How many mails each server has marked, by its own count. */
function sharesOf(servers: readonly ServerProcess[]): Promise<number[]> {
  const sample = 'matinee_outbox_attempts_total{consequence="sendConfirmation",outcome="done"} ';
  return Promise.all(
    servers.map(async ({ url }) => {
      const lines = (await (await fetch(`${url}/metrics`)).text()).split('\n');
      return Number(lines.find((line) => line.startsWith(sample))?.slice(sample.length) ?? 0);
    }),
  );
}
