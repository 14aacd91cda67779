import { anAdmin, aUser } from '@matinee/api/testing';
import type { Person } from '@matinee/api/testing';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { isCut, openRaw, request } from './raw-client.ts';
import { startTestServer } from './server.ts';
import type { TestServer } from './server.ts';

/*
 * What one connection can make the server keep (hardening S1, S4, S8, S20). Each attack has a control:
 * a server without the bound, on which it goes through.
 */

const patient = { interval: 20, timeout: 10_000 };

let server: TestServer;
let user: Person;
beforeAll(async () => {
  server = await startTestServer({}, undefined, { sockets: { stalledMs: 300 } });
  user = await aUser(server.app);
});
afterAll(() => server.close());

/** A connection that ends with the test. */
async function open(target = server) {
  const client = await openRaw(target.url);
  onTestFinished(() => void client.socket.destroy());
  return client;
}

describe('a client that does not read', () => {
  const bundle = request('GET /docs/swagger-ui-bundle.js');

  /** Asks for a megabyte ten times and reads nothing. */
  async function askAndSleep(target: TestServer) {
    const client = await open(target);
    client.socket.pause();
    client.socket.write(bundle.repeat(10));
    return client;
  }

  test('is cut off, and stays where nothing watches (control)', async () => {
    const careless = await startTestServer({}, server.databaseUrl, {
      sockets: { stalledMs: 3_600_000 },
    });
    onTestFinished(() => careless.close());
    const [unwatched, watched] = [await askAndSleep(careless), await askAndSleep(server)];
    await expect.poll(() => isCut(watched), patient).toBe(true);
    expect(isCut(unwatched)).toBe(false);
    unwatched.read();
    await expect.poll(() => unwatched.seen.text.length, patient).toBeGreaterThan(10_000_000);
  });

  test('may be slow', async () => {
    const { socket, seen } = await open();
    let bytes = 0;
    socket.pause();
    socket.write(bundle);
    const readSome = () => (bytes += (socket.read() as Buffer | null)?.length ?? 0);
    // A little at a time, for longer than a stalled client is left alone.
    await expect.poll(readSome, patient).toBeGreaterThan(1_000_000);
    expect(seen.isClosed).toBe(false);
  });
});

test('a connection too many is closed, and let in when another one has ended', async () => {
  const small = await startTestServer({}, server.databaseUrl, { sockets: { connections: 2 } });
  onTestFinished(() => small.close());
  const alive = request('GET /health/live');
  const asked = async () => {
    const client = await open(small);
    client.socket.write(alive);
    client.read();
    await expect
      .poll(() => client.seen.isClosed || client.seen.text.includes('200 OK'), patient)
      .toBe(true);
    return client;
  };
  const [first] = [await asked(), await asked()];
  const third = await asked();
  expect(third.seen).toMatchObject({ text: '', isClosed: true });
  first.socket.destroy();
  await expect.poll(async () => (await asked()).seen.text, patient).toContain('200 OK');
});

describe('a client that asks without waiting', () => {
  const live = request('GET /health/live');
  const answersIn = (text: string) => text.match(/HTTP\/1\.1 200/g)?.length ?? 0;

  test('has ten requests under way', async () => {
    const { socket, seen, read } = await open();
    read();
    socket.write(live.repeat(10));
    await expect.poll(() => answersIn(seen.text), patient).toBe(10);
    expect(seen.isClosed).toBe(false);
  });

  test('loses the connection at more, and failures keep their traces', async () => {
    const { stackTraceLimit } = Error;
    const { socket, seen, read } = await open();
    read();
    socket.write(request('GET /api/v1/movies').repeat(1_000));
    await expect.poll(() => seen.isClosed, patient).toBe(true);
    expect(answersIn(seen.text)).toBeLessThan(1_000);
    expect(Error.stackTraceLimit).toBe(stackTraceLimit);
  });

  test('gets all of them where that is not bounded (control)', async () => {
    const careless = await startTestServer({}, server.databaseUrl, {
      sockets: { pipelined: 10_000 },
    });
    onTestFinished(() => careless.close());
    const { socket, seen, read } = await open(careless);
    read();
    socket.write(request('GET /api/v1/movies').repeat(1_000));
    await expect.poll(() => answersIn(seen.text), patient).toBe(1_000);
  });
});

describe('a body', () => {
  const json = 'Content-Type: application/json';
  const bearer = () => `Authorization: Bearer ${user.token}`;
  const start = 'POST /api/v1/auth/login';

  /** Sends a head, and a part of what it announces. @returns the response, once the line is cut */
  async function announce(head: string, part = '{'): Promise<string> {
    const { socket, seen, read } = await open();
    read();
    socket.write(head + part);
    await expect.poll(() => seen.isClosed, patient).toBe(true);
    return seen.text;
  }

  test('of two hundred megabytes is refused from its header', async () => {
    const text = await announce(request(start, json, 'Content-Length: 209715200'));

    expect(text).toMatch(/^HTTP\/1\.1 413 /);
    expect(text).toContain('PAYLOAD_TOO_LARGE');
  });

  test('without an end is cut at the first byte too many', async () => {
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
    const text = await announce(
      request(start, json, 'Transfer-Encoding: chunked'),
      chunk.repeat(2),
    );

    expect(text).toMatch(/^HTTP\/1\.1 413 /);
  });

  test.for([
    ['16 kB are enough without a token', 16_384, 401, []],
    ['more are not', 16_385, 413, []],
    ['a token of ours may send more', 16_385, 401, ['own']],
  ] as const)('%s', async ([, length, status, who]) => {
    const password = 'x'.repeat(900);
    const body = JSON.stringify({ email: 'nobody@example.com', password });
    const headers = who.length > 0 ? { authorization: `Bearer ${user.token}` } : {};
    const response = await fetch(`${server.url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: body.padEnd(length, ' '),
    });

    expect(response.status).toBe(status);
  });

  test('is refused while 64 MB of others are being read; small ones are not', async () => {
    const path = 'PUT /api/v1/auth/me';
    const head = (length: number) =>
      request(path, json, bearer(), `Content-Length: ${length}`, 'Connection: close');
    const whole = JSON.stringify({ firstName: 'Ada' });
    const waiting = await Promise.all(Array.from({ length: 200 }, () => open()));
    waiting.forEach(({ socket }) => socket.write(`${head(100)}{`));
    expect(await announce(head(whole.length), whole)).toMatch(/^HTTP\/1\.1 200 /);

    const large = await Promise.all(Array.from({ length: 65 }, () => open()));
    large.forEach(({ read }) => read().write(`${head(1_048_576)}{`));
    const refused = () => large.filter(({ seen }) => seen.text.startsWith('HTTP/1.1 503 '));
    await expect.poll(() => refused().length, patient).toBe(2);
    large.forEach(({ socket }) => socket.destroy());
    const again = () => announce(head(whole.length), whole);
    await expect.poll(again, patient).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('of a caller who may not is left unread', async () => {
    const head = request('POST /api/v1/movies', json, 'Content-Length: 900000');
    const text = await announce(head);

    expect(text).toMatch(/^HTTP\/1\.1 401 /);
    expect(text).toMatch(/connection: close/i);
  });

  test('of a caller without the role, or whose session is over, is left unread', async () => {
    const head = (token: string) =>
      request(
        'POST /api/v1/movies',
        json,
        'Content-Length: 900000',
        `Authorization: Bearer ${token}`,
      );
    expect(await announce(head(user.token))).toMatch(/^HTTP\/1\.1 403 /);
    const gone = await aUser(server.app);
    await gone.call.auth.logout();
    expect(await announce(head(gone.token))).toMatch(/^HTTP\/1\.1 401 /);

    // What an administrator announces is waited for (control).
    const admin = await anAdmin(server.app);
    const client = await open();
    client.read().write(`${head(admin.token)}{`);
    expect(await announce(request('GET /health/live'))).toMatch(/^HTTP\/1\.1 200 /);
    expect(client.seen).toEqual({ text: '', isClosed: false });
  });

  test('that is broken off while its caller is looked up takes no room', async () => {
    const find = vi.spyOn(server.app.sessions, 'find');
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    const original = server.app.sessions.find.bind(server.app.sessions);
    find.mockImplementation(async (...args) => {
      await held;
      return original(...args);
    });
    const head = request(start, json, 'Content-Length: 1000000', bearer());
    const senders = await Promise.all(Array.from({ length: 70 }, () => open()));
    senders.forEach(({ socket }) => socket.write(`${head}{`));
    await expect.poll(() => find.mock.calls.length, patient).toBe(70);
    senders.forEach(({ socket }) => socket.destroy());
    await expect.poll(() => senders.every(({ seen }) => seen.isClosed), patient).toBe(true);
    // By then the server has seen them go.
    await (await fetch(`${server.url}/health/live`)).text();
    release();
    find.mockRestore();
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${user.token}` };
    const body = '{}'.padEnd(900_000, ' ');
    const again = () => fetch(`${server.url}/api/v1/auth/me`, { method: 'PUT', headers, body });
    await expect.poll(async () => (await again()).status, patient).toBe(200);
  });

  test('of a picture is left unread when its sender is no administrator', async () => {
    const upload = (...more: string[]) =>
      request(
        'POST /api/v1/movies/00000000-0000-7000-8000-000000000000/poster',
        'Content-Type: multipart/form-data; boundary=x',
        'Content-Length: 900000',
        ...more,
      );

    expect(await announce(upload(), '--x')).toMatch(/^HTTP\/1\.1 401 /);
    expect(await announce(upload(bearer()), '--x')).toMatch(/^HTTP\/1\.1 403 /);
  });

  test('four pictures are received at a time', async () => {
    const admin = await anAdmin(server.app);
    const head = request(
      'POST /api/v1/movies/00000000-0000-7000-8000-000000000000/poster',
      'Content-Type: multipart/form-data; boundary=x',
      'Content-Length: 900000',
      `Authorization: Bearer ${admin.token}`,
    );
    const senders = await Promise.all(Array.from({ length: 5 }, () => open()));
    senders.forEach(({ read }) => read().write(`${head}--x`));
    const refused = () => senders.filter(({ seen }) => seen.isClosed);
    await expect.poll(() => refused().length, patient).toBe(1);
    expect(refused()[0]?.seen.text).toMatch(/^HTTP\/1\.1 503 /);
  });

  test('with thirty thousand unknown keys gets twenty of them back', async () => {
    const body = JSON.stringify(
      Object.fromEntries(Array.from({ length: 30_000 }, (_, n) => [`k${n}`, 1])),
    );
    const response = await fetch(`${server.url}/api/v1/reservations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${user.token}` },
      body,
    });
    const text = await response.text();
    const { error } = JSON.parse(text) as { error: { details: { issues: unknown[] } } };

    expect(response.status).toBe(400);
    expect(error.details.issues).toHaveLength(20);
    expect(text.length).toBeLessThan(5_000);
  });

  test.for(['[', '{"a":'])('nested ten thousand times in %s is refused', async (level) => {
    const close = level === '[' ? ']' : '}';
    const response = await fetch(`${server.url}/api/v1/reservations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${user.token}` },
      body: `${level.repeat(10_000)}1${close.repeat(10_000)}`,
    });

    expect(response.status).toBe(400);
    expect(await response.text()).toContain('nested too deeply');
  });

  test.for([
    [30_001, 'The body has too many keys.'],
    [30_000, 'is an unknown field'],
  ] as const)('with %i keys is refused: %s', async ([keys, message]) => {
    const members = Array.from({ length: keys }, (_, index) => `"k${index}":1`);
    const response = await fetch(`${server.url}/api/v1/reservations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${user.token}` },
      body: `{${members.join()}}`,
    });

    expect(response.status).toBe(400);
    expect(await response.text()).toContain(message);
  });

  test('may have brackets in its texts', async () => {
    const response = await fetch(`${server.url}/api/v1/auth/me`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${user.token}` },
      body: JSON.stringify({ firstName: `${'['.repeat(40)}\\"` }),
    });

    expect(response.status).toBe(200);
  });
});
