import { consequences, errorCodes, OutboxWorker } from '@matinee/api';
import { password } from '@matinee/api/testing';
import { Client } from 'pg';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer } from '../server.ts';
import type { TestServer } from '../server.ts';
import { freshDocument, operationsOf } from './document.ts';
import type { Json } from './document.ts';

/*
 * The examples of the document are answers of the real server: this records them all. Where the
 * document and the server have drifted apart it fails; `npx vitest run apps/server/test/rest/examples
 * -u`, then `npm run openapi`, takes the new ones over.
 */

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const recorded = new URL('../../../../packages/api/src/openapi/examples.json', import.meta.url);
const operations = operationsOf(await freshDocument());

test('the examples in the document are what the server answers', async () => {
  const story = new Story();
  await tellStory(story);
  await tellFailures(story);
  expect(Object.keys(story.operations).toSorted()).toEqual([...operations.keys()].toSorted());
  expect(Object.keys(story.errors).toSorted()).toEqual(errorCodes.toSorted());
  await expect(story.toText()).toMatchFileSnapshot(recorded.pathname);
});

interface Asked {
  token?: string | undefined;
  parameters?: Record<string, unknown>;
  body?: unknown;
  key?: string;
}

type Answer = Json & { id: string };

interface Reply {
  success: boolean;
  data: Answer;
  error: { code: string };
}

/** Asks, and keeps what was asked and answered. */
class Story {
  readonly operations: Record<string, Json> = {};
  readonly errors: Record<string, unknown> = {};
  readonly #began = Date.now();

  /** Asks for a success and records it. */
  async record(operationId: string, asked: Asked = {}): Promise<Answer> {
    const reply = await this.ask(operationId, asked);
    if (!reply.success) {
      throw new Error(`${operationId} was refused: ${JSON.stringify(reply)}`);
    }
    const { parameters, body } = asked;
    this.operations[operationId] ??= {
      ...(parameters ? { parameters } : {}),
      ...(body === undefined || body instanceof FormData ? {} : { body }),
      response: reply,
    };
    return reply.data;
  }

  /** Asks for a refusal and records it under its code. */
  async recordFailure(code: string, operationId: string, asked: Asked = {}): Promise<void> {
    const reply = await this.ask(operationId, asked);
    if (reply.error.code !== code) {
      throw new Error(`${operationId} was to fail with ${code}: ${JSON.stringify(reply)}`);
    }
    this.errors[code] = reply;
  }

  async ask(operationId: string, asked: Asked): Promise<Reply> {
    const { route } = operations.get(operationId) ?? { route: 'PATCH /movies' };
    const [method = '', path = ''] = route.split(' ');
    const rest = { ...asked.parameters };
    const target = path.replace(/\{(\w+)\}/g, (_match, name: string) => {
      const value = String(rest[name]);
      delete rest[name];
      return value;
    });
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(rest)) {
      [value].flat().forEach((each) => query.append(name, String(each)));
    }
    const isForm = asked.body instanceof FormData;
    const response = await fetch(`${server.url}/api/v1${target}?${query.toString()}`, {
      method,
      headers: {
        'x-request-id': 'checkout-7f3a',
        ...(asked.token === undefined ? {} : { authorization: `Bearer ${asked.token}` }),
        ...(asked.key === undefined ? {} : { 'idempotency-key': asked.key }),
        ...(asked.body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
      },
      ...(asked.body === undefined
        ? {}
        : { body: isForm ? (asked.body as FormData) : JSON.stringify(asked.body) }),
    });
    return (await response.json()) as Reply;
  }

  /** Everything that differs from run to run is given a constant that looks like it. */
  toText(): string {
    const { operations: told, errors } = this;
    const ids = new Map<string, string>();
    return `${JSON.stringify({ operations: told, errors }, null, 2)}\n`
      .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => {
        ids.set(id, ids.get(id) ?? `019ac0de-0000-7000-8000-${hex(ids.size + 1)}`);
        return ids.get(id) ?? '';
      })
      .replace(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, 'eyJhbGciOiJIUzI1NiJ9.eyJzaWQiOiIuLi4ifQ.c2lnbmF0dXJl')
      .replace(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, (text) => {
        return `"${atStoryTime(JSON.parse(text) as string, this.#began)}"`;
      })
      .replace(/"reference": "\w{8}"/g, '"reference": "K7MPXW3D"')
      .replace(/"version": "(?!PostgreSQL)[^"]+"/g, '"version": "1.0.0"')
      .replace(/\/uploads\/[\w.-]+/g, '/uploads/019ac0de-poster.webp')
      .replace(/"retryAfterSeconds": \d+/g, '"retryAfterSeconds": 900')
      .replace(/"(latencyMs|freeBytes|uptimeSeconds)": [\d.]+/g, (_match, name: string) => {
        return `"${name}": ${String(storyFigures[name as keyof typeof storyFigures])}`;
      })
      .replaceAll('2036-', '2026-');
  }
}

const storyFigures = { latencyMs: 0.4, freeBytes: 52_613_349_376, uptimeSeconds: 86_400 };
const storyTime = Date.UTC(2026, 10, 20, 18);

/** Instants of this run, to the minute, as if it had been then. */
function atStoryTime(text: string, began: number): string {
  const since = Date.parse(text) - began;
  const isOfThisRun = Math.abs(since) < 6 * 3_600_000;
  const told = isOfThisRun ? storyTime + Math.floor(since / 60_000) * 60_000 : Date.parse(text);
  return new Date(told).toISOString();
}

function hex(count: number): string {
  return count.toString(16).padStart(12, '0');
}

const ada = { email: 'ada@example.com', password };

async function signIn(story: Story): Promise<{ token: string; admin: string; userId: string }> {
  const names = { firstName: 'Ada', lastName: 'Lovelace' };
  const { user } = await story.record('authRegister', { body: { ...ada, ...names } });
  const { accessToken } = await story.record('authLogin', { body: ada });
  const owner = { email: 'owner@example.com', password };
  const { data } = await story.ask('authRegister', { body: owner });
  await server.app.pool.query(`update users set role = 'admin' where email = $1`, [owner.email]);
  return {
    token: String(accessToken),
    admin: String(data.accessToken),
    userId: (user as Answer).id,
  };
}

/** Each route once, in the order in which a cinema meets them. */
async function tellStory(story: Story): Promise<void> {
  const { token, admin, userId } = await signIn(story);
  await story.record('authMe', { token });
  await story.record('authUpdateMe', { token, body: { lastName: 'King' } });

  const film = {
    title: 'The Third Man',
    description: 'A writer comes to Vienna, where his friend has just been buried.',
    genre: 'Film noir',
    durationMinutes: 104,
    releaseDate: '1949-09-02',
    contentRating: 'PG',
  };
  const movie = await story.record('moviesCreate', { token: admin, body: film });
  const movieId = { movieId: movie.id };
  const edited = { genre: 'Thriller', revision: 1 };
  await story.record('moviesUpdate', { token: admin, parameters: movieId, body: edited });
  await story.record('moviesUploadPoster', {
    token: admin,
    parameters: movieId,
    body: await aPicture(),
  });
  const hall = {
    name: 'Gartenbau',
    timezone: 'Europe/Vienna',
    turnaroundMinutes: 20,
    rows: [
      { label: 'A', seats: 4, overrides: [{ position: 3, gap: true }] },
      { label: 'B', seats: 2, seatType: 'vip' },
    ],
  };
  const theater = await story.record('theatersCreate', { token: admin, body: hall });
  const theaterId = { theaterId: theater.id };
  await story.record('theatersUpdate', {
    token: admin,
    parameters: theaterId,
    body: { turnaroundMinutes: 15 },
  });
  const show = {
    ...movieId,
    ...theaterId,
    startTime: '2036-12-05T19:30:00.000Z',
    price: '12.50',
    seatTypePrices: { vip: '20.00' },
  };
  const showtime = await story.record('showtimesCreate', { token: admin, body: show });
  const showtimeId = { showtimeId: showtime.id };
  await story.record('showtimesUpdate', {
    token: admin,
    parameters: showtimeId,
    body: { price: '13.00' },
  });
  await tellBrowsing(story, { ...movieId, ...theaterId, ...showtimeId });
  await tellBooking(story, { token, ...showtimeId, seatIds: seatIdsOf(theater) });
  await tellAdministration(story, { admin, token, userId, ...showtimeId });
  await tellEnding(story, { admin, token });
}

async function tellBrowsing(
  story: Story,
  ids: { movieId: string; theaterId: string; showtimeId: string },
): Promise<void> {
  const { movieId, theaterId, showtimeId } = ids;
  const page = { limit: 20 };
  const genre = 'thriller';
  await story.record('moviesList', { parameters: { genre, search: 'third', ...page } });
  await story.record('moviesGenres');
  await story.record('moviesGet', { parameters: { movieId } });
  await story.record('moviesShowtimes', { parameters: { movieId, date: '2036-12-05', ...page } });
  await story.record('theatersList', { parameters: page });
  await story.record('theatersGet', { parameters: { theaterId } });
  const week = { from: '2036-12-01', to: '2036-12-07' };
  await story.record('showtimesList', { parameters: { movieId, theaterId, ...week, ...page } });
  await story.record('showtimesGet', { parameters: { showtimeId } });
}

async function tellBooking(
  story: Story,
  { token, showtimeId, seatIds }: { token: string; showtimeId: string; seatIds: string[] },
): Promise<void> {
  const at = { token, parameters: { showtimeId } };
  await story.record('showtimesLockSeats', { ...at, body: { seatIds: seatIds.slice(0, 3) } });
  await server.app.pool.query(`update seat_claims set expires_at = expires_at - interval '5 min'`);
  await story.record('showtimesExtendLock', { ...at, body: {} });
  await story.record('showtimesSeats', at);
  await story.record('reservationsListLocks', { token });
  const body = { showtimeId, seatIds: seatIds.slice(0, 2) };
  const { id } = await story.record('reservationsCreate', { token, body });
  await story.record('showtimesUnlockSeats', {
    token,
    parameters: { showtimeId, seatIds: seatIds.slice(2, 3) },
  });
  await story.record('reservationsList', { token, parameters: { when: 'upcoming', limit: 20 } });
  await story.record('reservationsGet', { token, parameters: { reservationId: id } });
}

async function tellAdministration(
  story: Story,
  { admin, token, userId, showtimeId }: Record<'admin' | 'token' | 'userId' | 'showtimeId', string>,
): Promise<void> {
  const range = { from: '2036-12-01', to: '2036-12-07' };
  const asAdmin = (parameters: object = {}) => ({ token: admin, parameters: { ...parameters } });
  await story.record('adminReportsCapacity', asAdmin({ ...range, groupBy: 'showtime' }));
  await story.record('adminReportsRevenue', asAdmin({ ...range, groupBy: 'movie' }));
  await story.record('adminReportsPopularMovies', asAdmin({ ...range, limit: 10 }));
  await story.record('adminReportsOccupancy', asAdmin({ ...range, groupBy: 'theater' }));
  await story.record('adminUsersList', asAdmin({ email: 'ada', role: 'user' }));
  await story.record('adminReservationsList', asAdmin({ showtimeId, status: 'confirmed' }));
  await story.record('adminStatus', { token: admin });
  await new OutboxWorker(server.app, consequences).round();
  const listed = await story.record('adminOutboxList', asAdmin({ state: 'done', limit: 1 }));
  const [delivery] = listed.items as Answer[];
  await story.record('adminOutboxRetry', asAdmin({ deliveryId: delivery?.id }));
  await story.record('adminOutboxDrop', asAdmin({ deliveryId: delivery?.id }));
  await story.record('adminUsersPromote', asAdmin({ userId }));
  await story.record('adminUsersDemote', asAdmin({ userId }));
  const { data } = await story.ask('reservationsList', { token });
  const [reservation] = data.items as Answer[];
  await story.record('reservationsCancel', {
    token,
    parameters: { reservationId: reservation?.id },
  });
  await story.record('showtimesCancel', {
    ...asAdmin({ showtimeId }),
    body: { reason: 'The projector is broken' },
  });
  await story.record('adminUsersDisable', asAdmin({ userId }));
  await story.record('adminUsersEnable', asAdmin({ userId }));
}

async function tellEnding(
  story: Story,
  { admin }: { admin: string; token: string },
): Promise<void> {
  const scene = await aScene(story, admin);
  const { showtimeId, movieId, theaterId } = scene;
  await story.record('showtimesDelete', { token: admin, parameters: { showtimeId } });
  await story.record('moviesDelete', { token: admin, parameters: { movieId } });
  await story.record('theatersDelete', { token: admin, parameters: { theaterId } });
  const { data } = await story.ask('authLogin', { body: ada });
  const token = String(data.accessToken);
  const change = { currentPassword: password, newPassword: 'correct-horse-battery' };
  await story.record('authChangePassword', { token, body: change });
  await story.record('authLogout', { token, body: { everywhere: true } });
}

interface SceneIds {
  movieId: string;
  theaterId: string;
  showtimeId: string;
  seatIds: string[];
}

async function aScene(
  story: Story,
  token: string,
  startTime = '2036-12-06T19:30:00.000Z',
): Promise<SceneIds> {
  const create = async (operationId: string, body: object) => {
    return (await story.ask(operationId, { token, body })).data;
  };
  const film = { title: crypto.randomUUID(), genre: 'Drama', durationMinutes: 90 };
  const hall = { name: crypto.randomUUID(), timezone: 'UTC', rows: [{ label: 'A', seats: 12 }] };
  const movie = await create('moviesCreate', film);
  const theater = await create('theatersCreate', hall);
  const ids = { movieId: movie.id, theaterId: theater.id };
  const showtime = await create('showtimesCreate', { ...ids, startTime, price: '10.00' });
  return { ...ids, showtimeId: showtime.id, seatIds: seatIdsOf(theater) };
}

function seatIdsOf(theater: Json): string[] {
  return (theater.seats as Answer[]).map(({ id }) => id);
}

async function aPicture(): Promise<FormData> {
  const image = sharp({ create: { width: 32, height: 48, channels: 3, background: '#123' } });
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(await image.png().toBuffer())]), 'poster.png');
  return form;
}

// --- One example of every failure. ---

async function newToken(story: Story, email: string): Promise<string> {
  const { data } = await story.ask('authRegister', { body: { email, password } });
  return String(data.accessToken);
}

async function tellFailures(story: Story): Promise<void> {
  const owner = { email: 'owner@example.com', password };
  const { data } = await story.ask('authLogin', { body: owner });
  const admin = String(data.accessToken);
  const userId = (data.user as Answer).id;
  const user = await newToken(story, 'grace@example.com');
  const scene = await aScene(story, admin);
  await tellRequestFailures(story, admin);
  await tellAccessFailures(story, { admin, user, userId });
  await tellBookingFailures(story, { scene, admin, user });
  await tellEditingFailures(story, { scene, admin });
  await tellRepetitionFailures(story, { scene, admin, user });
  await tellBreakdowns(story, admin);
}

async function tellRequestFailures(story: Story, admin: string): Promise<void> {
  await story.recordFailure('VALIDATION_ERROR', 'moviesList', { parameters: { limit: 500 } });
  await story.recordFailure('METHOD_NOT_ALLOWED', '');
  const description = 'x'.repeat(2_000_000);
  await story.recordFailure('PAYLOAD_TOO_LARGE', 'moviesCreate', {
    token: admin,
    body: { description },
  });
  const form = new FormData();
  form.append('title', 'The Third Man');
  await story.recordFailure('UNSUPPORTED_MEDIA_TYPE', 'moviesCreate', { token: admin, body: form });
}

async function tellAccessFailures(
  story: Story,
  { admin, user, userId }: Record<'admin' | 'user' | 'userId', string>,
): Promise<void> {
  const wrong = { email: 'grace@example.com', password: 'not-her-password' };
  await story.recordFailure('INVALID_CREDENTIALS', 'authLogin', { body: wrong });
  await story.recordFailure('EMAIL_TAKEN', 'authRegister', { body: { ...wrong } });
  await story.recordFailure('AUTHENTICATION_REQUIRED', 'authMe');
  await story.recordFailure('TOKEN_INVALID', 'authMe', { token: 'not-a-token' });
  await story.recordFailure('FORBIDDEN', 'adminStatus', { token: user });
  await story.recordFailure('LAST_ADMIN', 'adminUsersDemote', {
    token: admin,
    parameters: { userId },
  });
  const late = await newToken(story, 'late@example.com');
  await server.app.pool.query(
    `update sessions set expires_at = clock_timestamp()
     where user_id = (select id from users where email = 'late@example.com')`,
  );
  await story.recordFailure('TOKEN_EXPIRED', 'authMe', { token: late });
  await tellRateLimit(story);
}

async function tellRateLimit(story: Story): Promise<void> {
  const limited = await startTestServer({ rateLimit: true }, server.databaseUrl);
  const unlimited = server;
  server = limited;
  const wrong = { email: 'grace@example.com', password: 'not-her-password' };
  for (let attempt = 0; attempt < 10; attempt += 1) {
    await story.ask('authLogin', { body: wrong });
  }
  await story.recordFailure('RATE_LIMITED', 'authLogin', { body: wrong });
  server = unlimited;
  await limited.close();
}

async function tellBookingFailures(
  story: Story,
  { scene, admin, user }: { scene: SceneIds; admin: string; user: string },
): Promise<void> {
  const { showtimeId, seatIds } = scene;
  const parameters = { showtimeId };
  const unknown = { showtimeId, seatIds: [crypto.randomUUID()] };
  await story.recordFailure('NOT_FOUND', 'reservationsCreate', { token: user, body: unknown });
  const two = { seatIds: seatIds.slice(0, 2) };
  await story.ask('showtimesLockSeats', { token: admin, parameters, body: two });
  await story.recordFailure('SEATS_UNAVAILABLE', 'showtimesLockSeats', {
    token: user,
    parameters,
    body: two,
  });
  await story.recordFailure('LOCK_EXPIRED', 'reservationsCreate', {
    token: user,
    body: { showtimeId, ...two },
  });
  await story.recordFailure('LOCK_EXTENSION_LIMIT', 'showtimesExtendLock', {
    token: admin,
    parameters,
    body: {},
  });
  await story.recordFailure('SEAT_LIMIT_EXCEEDED', 'showtimesLockSeats', {
    token: admin,
    parameters,
    body: { seatIds: seatIds.slice(2) },
  });
  await tellEndedShows(story, { admin, user });
}

async function tellEndedShows(
  story: Story,
  { admin, user }: { admin: string; user: string },
): Promise<void> {
  const past = await aScene(story, admin, '2025-12-05T19:30:00.000Z');
  await story.recordFailure('SHOWTIME_STARTED', 'showtimesLockSeats', {
    token: user,
    parameters: { showtimeId: past.showtimeId },
    body: { seatIds: past.seatIds.slice(0, 1) },
  });
  const off = await aScene(story, admin);
  const parameters = { showtimeId: off.showtimeId };
  const cancelled = { token: admin, parameters, body: { reason: 'The projector is broken' } };
  await story.ask('showtimesCancel', cancelled);
  await story.recordFailure('ALREADY_CANCELLED', 'showtimesCancel', cancelled);
  await story.recordFailure('SHOWTIME_CANCELLED', 'showtimesLockSeats', {
    token: user,
    parameters,
    body: { seatIds: off.seatIds.slice(0, 1) },
  });
}

async function tellEditingFailures(
  story: Story,
  { scene, admin }: { scene: SceneIds; admin: string },
): Promise<void> {
  const { movieId, theaterId } = scene;
  const again = { movieId, theaterId, startTime: '2036-12-06T20:00:00.000Z', price: '10.00' };
  await story.recordFailure('SHOWTIME_OVERLAP', 'showtimesCreate', { token: admin, body: again });
  await story.recordFailure('IN_USE', 'moviesDelete', { token: admin, parameters: { movieId } });
  await story.recordFailure('EDIT_CONFLICT', 'moviesUpdate', {
    token: admin,
    parameters: { movieId },
    body: { genre: 'Comedy', revision: 7 },
  });
}

async function tellRepetitionFailures(
  story: Story,
  { scene, admin, user }: { scene: SceneIds; admin: string; user: string },
): Promise<void> {
  const key = 'b7c1d9a2';
  await story.ask('authUpdateMe', { token: user, body: { firstName: 'Grace' }, key });
  const other = { token: user, body: { firstName: 'Rear Admiral' }, key };
  await story.recordFailure('IDEMPOTENCY_KEY_REUSED', 'authUpdateMe', other);

  const busy = new Client({ connectionString: server.databaseUrl });
  await busy.connect();
  await busy.query('begin');
  await busy.query('select 1 from showtimes where id = $1 for update', [scene.showtimeId]);
  const parameters = { showtimeId: scene.showtimeId };
  const edit = { token: admin, parameters, body: { price: '9.00' }, key };
  const first = story.ask('showtimesUpdate', edit);
  const waiting = `select count(*)::int as count from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`;
  const look = async () => (await server.app.pool.query(waiting)).rows[0] as unknown;
  await expect.poll(look, { timeout: 4_000 }).toEqual({ count: 1 });
  await story.recordFailure('IDEMPOTENCY_CONFLICT', 'showtimesUpdate', edit);
  await busy.query('rollback');
  await busy.end();
  expect(await first).toMatchObject({ success: true });
}

/** The database says what it says when it has a defect, and when it is shutting down. */
async function tellBreakdowns(story: Story, admin: string): Promise<void> {
  const film = { title: 'M', genre: 'Thriller', durationMinutes: 117 };
  const states = { INTERNAL_ERROR: 'XX000', UNAVAILABLE: '57P03' };
  for (const [code, state] of Object.entries(states)) {
    await server.app.pool.query(
      `create function break() returns trigger language plpgsql as
         $$ begin raise exception using errcode = '${state}'; end $$;
       create trigger break before insert on movies execute function break()`,
    );
    await story.recordFailure(code, 'moviesCreate', { token: admin, body: film });
    await server.app.pool.query('drop function break cascade');
  }
}
