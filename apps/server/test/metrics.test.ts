import { randomUUID } from 'node:crypto';
import {
  consequences,
  hostProcedureInfos,
  OutboxWorker,
  procedureInfos,
  sweep,
} from '@matinee/api';
import { aShowtime, aUser, callerOf, password } from '@matinee/api/testing';
import type { Person, Scene } from '@matinee/api/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startJobs } from '../src/jobs.ts';
import { readSamples } from './exposition.ts';
import { startTestServer } from './server.ts';
import type { TestServer } from './server.ts';

let server: TestServer;
let scene: Scene;
let user: Person;
beforeAll(async () => {
  server = await startTestServer();
  scene = await aShowtime(server.app, { seats: 10 });
  user = await aUser(server.app);
});
afterAll(() => server.close());

const bearer = ({ token }: Person) => ({ authorization: `Bearer ${token}` });

function send(method: string, path: string, { person = user, json = undefined as unknown } = {}) {
  const body = json === undefined ? null : JSON.stringify(json);
  const headers = { ...bearer(person), 'content-type': 'application/json' };
  return fetch(server.url + path, { method, headers, body });
}

/** By how much samples rose during some work; one that was not there has risen from zero. */
async function rise(names: string[], work: () => Promise<unknown>): Promise<number[]> {
  const before = await readSamples(server.url);
  await work();
  const after = await readSamples(server.url);
  return names.map((name) => (after.get(name) ?? 0) - (before.get(name) ?? 0));
}

const show = () => ({ showtimeId: scene.showtime.id });
const seatPath = (what: string) => `/api/v1/showtimes/${scene.showtime.id}/${what}`;
const some = (from: number, to: number) => ({ ...show(), seatIds: scene.seatIds.slice(from, to) });
const seats = (event: string) => `matinee_seats_total{event="${event}"}`;
const reservations = (event: string) => `matinee_reservations_total{event="${event}"}`;
const calls = (procedure: string, surface: string) =>
  `matinee_procedure_duration_seconds_count{procedure="${procedure}",surface="${surface}"}`;
const refusals = (procedure: string, code: string) =>
  `matinee_refusals_total{procedure="${procedure}",code="${code}"}`;

describe('seats are counted when they are', () => {
  test('locked, extended and released, and not by a repetition or a refusal', async () => {
    const key = randomUUID();
    const lock = () => user.call.showtimes.lockSeats(some(0, 3));
    const names = [seats('locked'), seats('extended'), seats('released')];
    expect(await rise(names, lock)).toEqual([3, 0, 0]);
    await server.app.pool.query(
      `update seat_claims set expires_at = expires_at - interval '1 minute'`,
    );
    expect(await rise(names, () => user.call.showtimes.extendLock(show()))).toEqual([0, 3, 0]);
    const other = await aUser(server.app);
    const refused = () => other.call.showtimes.lockSeats(some(2, 4)).catch(() => {});
    expect(await rise(names, refused)).toEqual([0, 0, 0]);
    const unlock = () =>
      fetch(server.url + seatPath('lock-seats'), {
        method: 'DELETE',
        headers: { ...bearer(user), 'idempotency-key': key },
      });
    expect(await rise(names, unlock)).toEqual([0, 0, 3]);
    const replays = 'matinee_idempotent_replays_total{procedure="showtimes.unlockSeats"}';
    expect(await rise([...names, replays], unlock)).toEqual([0, 0, 0, 1]);
  });

  test('blocked and unblocked, those that were', async () => {
    const names = [seats('blocked'), seats('unblocked')];
    const { showtimes } = scene.admin.call;
    const block = () => showtimes.blockSeats({ ...some(0, 3), kind: 'hold' });
    expect(await rise(names, block)).toEqual([3, 0]);
    expect(await rise(names, () => showtimes.unblockSeats(some(2, 5)))).toEqual([0, 1]);
    expect(await rise(names, () => showtimes.unblockSeats(show()))).toEqual([0, 2]);
  });

  test('expired and swept, and not given back before', async () => {
    await user.call.showtimes.lockSeats(some(0, 3));
    await user.call.showtimes.unlockSeats(some(2, 3));
    await server.app.pool.query(
      `update seat_claims set expires_at = now() where locked_at < expires_at`,
    );
    expect(await rise([seats('expired')], () => sweep(server.app))).toEqual([2]);
  });

  test('bought and cancelled, by the customer or with the show', async () => {
    const names = [
      seats('confirmed'),
      reservations('confirmed'),
      seats('cancelled'),
      reservations('cancelled'),
    ];
    await user.call.showtimes.lockSeats(some(0, 5));
    const bought: { id: string }[] = [];
    const buy = async (from: number, to: number) =>
      bought.push(await user.call.reservations.create(some(from, to)));
    expect(await rise(names, () => buy(0, 2))).toEqual([2, 1, 0, 0]);
    expect(await rise(names, () => buy(2, 3))).toEqual([1, 1, 0, 0]);
    expect(await rise(names, () => buy(3, 5))).toEqual([2, 1, 0, 0]);
    const reservationId = bought[0]?.id ?? '';
    const cancel = () => user.call.reservations.cancel({ reservationId });
    expect(await rise(names, cancel)).toEqual([0, 0, 2, 1]);
    const again = () => cancel().catch(() => {});
    expect(await rise(names, again)).toEqual([0, 0, 0, 0]);
    const { admin } = scene;
    const reason = 'The projector is broken.';
    const cancelShow = () => admin.call.showtimes.cancel({ ...show(), reason });
    expect(await rise(names, cancelShow)).toEqual([0, 0, 3, 2]);
    scene = await aShowtime(server.app, { seats: 10 });
  });
});

describe('calls', () => {
  test('are counted by procedure and surface', async () => {
    const names = [calls('auth.me', 'rest'), calls('auth.me', 'trpc')];
    expect(await rise(names, () => send('GET', '/api/v1/auth/me'))).toEqual([1, 0]);
    expect(await rise(names, () => send('GET', '/trpc/auth.me'))).toEqual([0, 1]);
    expect(await rise(names, () => send('GET', '/trpc/auth.me,auth.me?batch=1'))).toEqual([0, 0]);
    const batch = () => send('GET', '/trpc/movies.list,movies.list?batch=1&input={}');
    expect(await rise([calls('movies.list', 'trpc')], batch)).toEqual([2]);
  });

  test('are counted once by the code of their refusal', async () => {
    const path = seatPath('lock-seats');
    const lockNothing = () => send('POST', path, { json: { seatIds: [] } });
    const names = ['showtimes.lockSeats', 'none'].map((name) => refusals(name, 'VALIDATION_ERROR'));
    expect(await rise(names, lockNothing)).toEqual([1, 0]);
    const noJson = () => fetch(server.url + path, { method: 'POST', body: '{' });
    expect(await rise([refusals('none', 'UNSUPPORTED_MEDIA_TYPE')], noJson)).toEqual([1]);
    const noRoute = () => send('GET', '/api/v1/cinemas');
    expect(await rise([refusals('none', 'NOT_FOUND')], noRoute)).toEqual([1]);
    const noProcedure = () => send('GET', '/trpc/cinemas.list');
    expect(await rise([refusals('none', 'NOT_FOUND')], noProcedure)).toEqual([1]);
    const nothing = `/api/v1/showtimes/${randomUUID()}/events`;
    const events = refusals('showtimes.events', 'NOT_FOUND');
    expect(await rise([events], () => send('GET', nothing))).toEqual([1]);
  });

  test('are counted when the database asks for their repetition', async () => {
    await server.asOwner(`
      create sequence failures;
      grant usage on sequence failures to public;
      create function fail_once() returns trigger language plpgsql as $$ begin
        if nextval('failures') = 1 then raise exception 'again' using errcode = '40001'; end if;
        return new;
      end $$;
      create trigger fail_once before insert on movies for each row execute function fail_once();`);
    const input = { title: randomUUID(), genre: 'Drama', durationMinutes: 90 };
    const name = 'matinee_repeated_calls_total{procedure="movies.create"}';
    const create = () => scene.admin.call.movies.create(input);
    expect(await rise([name], create)).toEqual([1]);
    expect(await rise([name], create)).toEqual([0]);
    await server.asOwner('drop trigger fail_once on movies');
  });

  test('that fail to sign in are counted, of unknown accounts too', async () => {
    const name = 'matinee_sign_in_failures_total';
    const signIn = (email: string, given: string) =>
      send('POST', '/api/v1/auth/login', { json: { email, password: given } });
    expect(await rise([name], () => signIn(user.email, password))).toEqual([0]);
    expect(await rise([name], () => signIn(user.email, 'another-one'))).toEqual([1]);
    expect(await rise([name], () => signIn('no@example.com', password))).toEqual([1]);
    const currentPassword = 'another-one';
    const change = () =>
      user.call.auth.changePassword({ currentPassword, newPassword: randomUUID() }).catch(() => {});
    expect(await rise([name], change)).toEqual([1]);
  });

  test('that are too many are counted', async () => {
    const limited = await startTestServer({ rateLimit: true });
    const signIn = () =>
      fetch(`${limited.url}/api/v1/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email: 'no@example.com', password: 'another-one' }),
      });
    for (let attempt = 0; attempt < 12; attempt += 1) {
      await signIn();
    }
    const samples = await readSamples(limited.url);
    expect(samples.get(refusals('auth.login', 'RATE_LIMITED'))).toBe(2);
    await limited.close();
  });

  test('have as many series as there are procedures and codes, whatever is sent', async () => {
    const odd = async () => {
      for (const method of ['PROPFIND', 'PURGE', 'PATCH', 'LINK']) {
        await fetch(`${server.url}/api/v1/${randomUUID()}`, { method });
      }
      for (const name of ['constructor', '__proto__', 'movies.list.x', randomUUID(), 'a%2Cb']) {
        await send('GET', `/trpc/${name}`);
        await send('POST', `/trpc/${name}?batch=1`, { json: {} });
        await send('GET', `/${name}/trpc`);
      }
    };
    await odd();
    const before = [...(await readSamples(server.url)).keys()];
    await odd();
    const after = [...(await readSamples(server.url)).keys()];
    expect(after).toEqual(before);
    const names = new Set([...procedureInfos.keys(), ...hostProcedureInfos.keys(), 'none']);
    const labels = after.flatMap((name) => /procedure="([^"]*)"/.exec(name)?.[1] ?? []);
    expect(labels.length).toBeGreaterThan(20);
    expect(labels.filter((label) => !names.has(label))).toEqual([]);
    const methods = after.flatMap((name) => /method="([^"]*)"/.exec(name)?.[1] ?? []);
    const known = ['GET', 'POST', 'DELETE', 'PATCH', 'other'];
    expect(methods.filter((method) => !known.includes(method))).toEqual([]);
  });
});

describe('the machine', () => {
  test('has its version, its database and its disk', async () => {
    const samples = await readSamples(server.url);
    const info = `matinee_build_info{version="0.0.0-test",node="${process.version}"}`;
    expect(samples.get(info)).toBe(1);
    expect(samples.get('matinee_database_up')).toBe(1);
    expect(samples.get('matinee_database_connections_max{pool="primary"}')).toBe(10);
    const free = samples.get('matinee_disk_free_bytes') ?? 0;
    expect(free).toBeGreaterThan(0);
    expect(samples.get('matinee_disk_size_bytes')).toBeGreaterThan(free);
  });

  test('counts the wait for each connection', async () => {
    const name = 'matinee_database_connection_wait_seconds_count{pool="primary"}';
    const before = (await readSamples(server.url)).get(name) ?? 0;
    const [idle] = await rise([name], async () => {});
    const [busy] = await rise([name], () => server.app.pool.query('select 1'));
    expect(before).toBeGreaterThan(0);
    expect(busy).toBe((idle ?? 0) + 1);
  });

  test('reports a database that is away, within Prometheus’ patience', async () => {
    const away = await startTestServer();
    const query = away.app.pool.query.bind(away.app.pool);
    away.app.pool.query = () => new Promise(() => {}) as never;
    const samples = await readSamples(away.url);
    expect(samples.get('matinee_database_up')).toBe(0);
    away.app.pool.query = query;
    await away.close();
  });

  test('has the viewers and the shows that they watch', async () => {
    const names = ['matinee_live_map_viewers', 'matinee_live_map_shows'];
    const leaving = new AbortController();
    const watch = async () => {
      const { signal } = leaving;
      const response = await fetch(server.url + seatPath('events'), { signal });
      await response.body?.getReader().read();
    };
    expect(await rise(names, watch)).toEqual([1, 1]);
    leaving.abort();
  });

  test('has when each job last ended, on any server', async () => {
    await server.app.pool.query(
      `insert into agenda_jobs (name, type, priority, next_run_at, last_finished_at)
       values ('sweep', 'single', 0, now(), '2026-11-29T01:02:03Z')`,
    );
    const samples = await readSamples(server.url);
    const name = 'matinee_job_last_run_timestamp_seconds{job_name="sweep"}';
    expect(samples.get(name)).toBe(Date.parse('2026-11-29T01:02:03Z') / 1_000);
  });

  test('counts pictures that were stored and refused', async () => {
    const { admin, movieId } = scene;
    const names = ['stored', 'refused'].map((each) => {
      return `matinee_poster_uploads_total{outcome="${each}"}`;
    });
    const upload = (content: BlobPart) => () => {
      const body = new FormData();
      body.append('file', new Blob([content], { type: 'image/png' }), 'poster.png');
      const url = `${server.url}/api/v1/movies/${movieId}/poster`;
      return fetch(url, { method: 'POST', headers: bearer(admin), body });
    };
    const create = { width: 32, height: 32, channels: 3 as const, background: '#a00' };
    const picture = new Uint8Array(await sharp({ create }).png().toBuffer());
    expect(await rise(names, upload(picture))).toEqual([1, 0]);
    expect(await rise(names, upload('no picture'))).toEqual([0, 1]);
  });

  test('counts the attempts of the outbox', async () => {
    const attempts = 'matinee_outbox_attempts_total{consequence="sendConfirmation",outcome="done"}';
    const { metrics, app } = server;
    await server.asOwner('truncate outbox, deliveries cascade');
    await user.call.showtimes.lockSeats(some(8, 9));
    await user.call.reservations.create(some(8, 9));
    const worker = new OutboxWorker(app, consequences, metrics.countDelivery);
    expect(await rise([attempts], () => worker.round())).toEqual([1]);
  });

  test('counts the runs of jobs, and those that fail', async () => {
    const own = await startTestServer();
    await own.asOwner('alter table sessions rename to sessions_elsewhere');
    const jobs = await startJobs(own.app, own.posters, own.metrics);
    const runs = (job: string, outcome: string) =>
      `matinee_job_runs_total{job_name="${job}",outcome="${outcome}"}`;
    await vi.waitFor(async () => {
      const samples = await readSamples(own.url);
      expect(samples.get(runs('sweep-posters', 'done'))).toBe(1);
      expect(samples.get(runs('sweep', 'failed'))).toBe(1);
      expect(samples.get('matinee_job_duration_seconds_count{job_name="sweep"}')).toBe(1);
      expect(samples.get('matinee_database_connections_max{pool="jobs"}')).toBe(4);
    }, 20_000);
    await jobs.stop();
    await own.asOwner('alter table sessions_elsewhere rename to sessions');
    await own.close();
  });

  test('has the lag of each replica, and the reads that skipped it', async () => {
    const replicaUrls = [server.databaseUrl, 'postgresql://no-one@127.0.0.1:1/none'];
    const own = await startTestServer({ database: { replicaUrls } });
    const visitor = callerOf(own.app);
    for (const _each of [1, 2, 3]) {
      await visitor.movies.list({});
    }
    const samples = await readSamples(own.url);
    const { host } = new URL(server.databaseUrl);
    const of = (replica: string, name: string, more = '') =>
      samples.get(`matinee_replica_${name}{replica="${replica}"${more}}`);
    expect(of(host, 'lag_seconds')).toBeGreaterThanOrEqual(0);
    expect([of(host, 'in_use'), of('127.0.0.1:1', 'in_use')]).toEqual([1, 0]);
    const reads = (replica: string, to: string) => of(replica, 'reads_total', `,went_to="${to}"`);
    expect((reads(host, 'replica') ?? 0) + (reads('127.0.0.1:1', 'primary') ?? 0)).toBe(3);
    expect(reads('127.0.0.1:1', 'replica')).toBe(0);
    const open = `matinee_database_connections{pool="replica ${host}",state="open"}`;
    expect(samples.get(open)).toBeGreaterThan(0);
    await own.close();
  });
});
