import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { RequestError, UnavailableError } from '@matinee/api';
import { aShowtime, aUser, createTestApp } from '@matinee/api/testing';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { stripeSignature } from '../payments/stripe-messages.ts';
import { providerFor } from '../payments/stripe-shop.ts';
import { StripeStandIn } from '../payments/stripe-stand-in.ts';
import { startServerProcess } from '../races/processes.ts';
import { startTestServer } from '../server.ts';
import type { TestServer } from '../server.ts';
import { copyOf, freePorts, lacks, makeCertificate, ownUser, start } from './programs.ts';
import type { Copy, Running } from './programs.ts';
import { call, open } from './secure-client.ts';

/* The configurations of proxies, with other ports and paths, in front of servers. */

interface Proxy {
  url: string;
  /** The one without TLS. */
  plainUrl: string;
  stop(): Promise<void>;
}

/**
 * Starts a proxy in front of two addresses of this machine.
 *
 * @param changes of the configuration, for a control
 */
type StartProxy = (
  upstreams: readonly [string, string],
  changes?: Record<string, string>,
) => Promise<Proxy>;

const startNginx: StartProxy = async (upstreams, changes = {}) => {
  const copy = await copyOf('nginx');
  await copy.change(changes);
  const [port = 0, plain = 0] = await freePorts(2);
  await makeCertificate(copy.dir);
  const file = (name: string) => path.join(copy.dir, name);
  await copy.change({
    ...addresses(upstreams),
    'listen 80;': `listen 127.0.0.1:${plain};`,
    'listen 443 ssl http2;': `listen 127.0.0.1:${port} ssl http2;`,
    'tickets.example.com': 'localhost',
    '/etc/ssl/matinee/fullchain.pem': file('certificate.pem'),
    '/etc/ssl/matinee/privkey.pem': file('key.pem'),
  });
  const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const temporary = folders.map((name) => `${name}_temp_path ${file(name)};`).join(' ');
  const http = `access_log off; ${temporary} include ${copy.dir}/*.conf;`;
  const user = process.geteuid?.() === 0 ? 'user root;' : '';
  const main = `${user} daemon off; pid ${file('pid')}; error_log stderr; events {} http { ${http} }`;
  await writeFile(file('nginx.main'), main);
  const program = await start('nginx', ['-c', file('nginx.main')], readyAt(port));
  return running(copy, [port, plain], program);
};

const startHaproxy: StartProxy = async (upstreams, changes = {}) => {
  const copy = await copyOf('haproxy');
  await copy.change({ ...changes, ...ownUser });
  const [port = 0, plain = 0] = await freePorts(2);
  await makeCertificate(copy.dir);
  await copy.change({
    ...addresses(upstreams),
    'bind :80': `bind 127.0.0.1:${plain}`,
    'bind :443': `bind 127.0.0.1:${port}`,
    '/etc/haproxy/matinee.pem': path.join(copy.dir, 'both.pem'),
  });
  const args = ['-f', path.join(copy.dir, 'web.cfg')];
  return running(copy, [port, plain], await start('haproxy', args, readyAt(port)));
};

const addresses = ([a, b]: readonly [string, string]) => ({
  '127.0.0.1:8000': new URL(a).host,
  '127.0.0.1:8001': new URL(b).host,
});

/** It listens: that it can reach a server is what tests are about. */
const readyAt = (port: number) => ({
  isReady: () =>
    call(`https://127.0.0.1:${port}/metrics`).then(
      ({ status }) => status === 404,
      () => false,
    ),
});

const running = (
  copy: Copy,
  [port, plain]: readonly [number, number],
  program: Running,
): Proxy => ({
  url: `https://127.0.0.1:${port}`,
  plainUrl: `http://127.0.0.1:${plain}`,
  stop: async () => {
    await program.stop();
    await copy.remove();
  },
});

/** The input of a tRPC call about a show, as it is written in a URL. */
const inputOf = (showtimeId: string) =>
  encodeURIComponent(JSON.stringify({ json: { showtimeId } }));

const tooLarge = new RequestError('PAYLOAD_TOO_LARGE').message;

let proxy: Proxy | undefined;
afterEach(async () => {
  await proxy?.stop();
  proxy = undefined;
});

/** A server of HTTP that notes the requests that reach it, and treats them as told. */
interface StandIn {
  url: string;
  requests: string[];
  stop(): Promise<void>;
}

async function startStandIn(
  treat: (req: IncomingMessage) => 'respond' | 'hang up',
): Promise<StandIn> {
  const requests: string[] = [];
  const server: Server = createServer((req, res) => {
    req.resume();
    if (req.url?.startsWith('/health/') === true) {
      res.end();
      return;
    }
    requests.push(`${req.method} ${req.url}`);
    if (treat(req) === 'hang up') {
      req.socket.destroy();
    } else {
      res.setHeader('content-type', 'application/json').end('{}');
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Changes after which a configuration does not do what a test wants. */
interface Controls {
  /** The client’s own `X-Forwarded-For` is passed on. */
  forged: Record<string, string>;
  /** Every request is sent again. */
  repeated: Record<string, string>;
  /** The page of the proxy says that no server is there. */
  page: Record<string, string>;
}

const nginxControls: Controls = {
  forged: { '$remote_addr;': '$http_x_forwarded_for;' },
  repeated: { 'proxy_next_upstream off;': '' },
  page: { 'error_page 502 503 504 = @unavailable;': '' },
};
const haproxyControls: Controls = {
  forged: { 'X-Forwarded-For %[src]': 'X-Forwarded-For %[req.hdr(x-forwarded-for)]' },
  repeated: { 'http-request disable-l7-retry': '# ' },
  page: { 'http-error status 503': '# ' },
};

describe.each<[string, StartProxy, Controls]>([
  ['nginx', startNginx, nginxControls],
  ['haproxy', startHaproxy, haproxyControls],
])('%s', (name, startProxy, controls) => {
  describe.skipIf(lacks(name) || lacks('openssl'))('in front of two servers', () => {
    let servers: readonly [TestServer, TestServer];
    beforeAll(async () => {
      const first = await startTestServer({}, undefined, { trustProxy: 1 });
      servers = [first, await startTestServer({}, first.databaseUrl, { trustProxy: 1 })];
    });
    afterAll(async () => {
      await servers[1].close();
      await servers[0].close();
    });

    const through = async (changes: Record<string, string> = {}) => {
      proxy = await startProxy([servers[0].url, servers[1].url], changes);
      return proxy.url;
    };

    test('sells a seat', async () => {
      const { showtime, seatIds } = await aShowtime(servers[0].app);
      const { token } = await aUser(servers[0].app);
      const url = await through();
      const lock = { token, body: { seatIds: seatIds.slice(0, 2) } };
      const booking = { token, body: { showtimeId: showtime.id, seatIds: seatIds.slice(0, 2) } };
      const locked = await call(`${url}/api/v1/showtimes/${showtime.id}/lock-seats`, lock);
      const sold = await call(`${url}/api/v1/reservations`, booking);
      expect([locked.status, sold.status]).toEqual([201, 201]);
      const id = (sold.body.data as { id: string }).id;
      const cancel = { token, method: 'DELETE' };
      expect((await call(`${url}/api/v1/reservations/${id}`, cancel)).status).toBe(200);
    });

    test.each([
      ['tells the server the client’s address, whatever the client says', {}, '127.0.0.1'],
      ['would pass on a forged address (control)', controls.forged, '203.0.113.7'],
    ])('%s', async (_what, changes, address) => {
      const logs = servers.map(({ app }) => vi.spyOn(app.log, 'info'));
      onTestFinished(() => logs.forEach((log) => log.mockRestore()));
      const url = await through(changes);
      await call(`${url}/api/v1/movies`, { headers: { 'X-Forwarded-For': '203.0.113.7' } });
      const lines = logs.flatMap((log) => log.mock.calls);
      const line = expect.objectContaining({ path: '/api/v1/movies', address }) as unknown;
      expect(lines).toContainEqual([line, 'request']);
    });

    test.each([
      ['REST', (id: string) => `/api/v1/showtimes/${id}/events`],
      ['tRPC', (id: string) => `/trpc/showtimes.onSeatsChanged?input=${inputOf(id)}`],
    ])('passes on the events of a live map as they come, over %s', async (_surface, routeOf) => {
      const { admin, showtime, seatIds } = await aShowtime(servers[0].app);
      const url = await through();
      const events = await open(url + routeOf(showtime.id));
      events.setEncoding('utf8');
      let said = '';
      let isOver = false;
      events.on('data', (chunk: string) => (said += chunk));
      events.on('end', () => (isOver = true));
      await vi.waitFor(() => expect(said).toContain('"type":"snapshot"'), { timeout: 5_000 });
      const lock = { showtimeId: showtime.id, seatIds: seatIds.slice(0, 1) };
      await admin.call.showtimes.lockSeats(lock);
      await vi.waitFor(() => expect(said).toContain('"type":"change"'), { timeout: 5_000 });
      expect(isOver).toBe(false);
      events.destroy();
    });

    test('passes on a poster of five megabytes, and refuses ten', async () => {
      const { admin, movieId } = await aShowtime(servers[0].app);
      const url = await through();
      const upload = async (bytes: number) => {
        const form = new FormData();
        form.append('file', new Blob([new Uint8Array(bytes)]), 'poster.png');
        const message = new Response(form);
        const { status, body } = await call(`${url}/api/v1/movies/${movieId}/poster`, {
          method: 'POST',
          token: admin.token,
          bytes: Buffer.from(await message.arrayBuffer()),
          headers: { 'content-type': message.headers.get('content-type') ?? '' },
        });
        const { code, message: why } = body.error as { code: string; message: string };
        return [status, code, why];
      };
      // The servers of this test take one megabyte: the refusal is theirs.
      expect(await upload(5 * 1024 * 1024)).toEqual([
        413,
        'PAYLOAD_TOO_LARGE',
        'The file is too large.',
      ]);

      const declared = { method: 'POST', headers: { 'content-length': '10000000' } };
      const refused = await call(`${url}/api/v1/movies/${movieId}/poster`, declared);
      expect([refused.status, refused.body.error]).toEqual([
        413,
        expect.objectContaining({ code: 'PAYLOAD_TOO_LARGE', message: tooLarge }),
      ]);
    });

    test('keeps the figures of the server from the public', async () => {
      const url = await through();
      for (const route of ['/metrics', '/%6Detrics', '/metrics?x=1']) {
        expect(await call(url + route)).toMatchObject({ status: 404 });
      }
      expect((await fetch(`${servers[0].url}/metrics`)).status).toBe(200);
    });

    test('takes nothing without TLS that only programs send', async () => {
      await through();
      const post = (route: string) =>
        fetch(`${proxy?.plainUrl}${route}`, { method: 'POST', body: '{}', redirect: 'manual' });
      for (const route of ['/webhooks/stripe', '/webhooks/paypal', '/api/v1/auth/login']) {
        expect([route, (await post(route)).status]).toEqual([route, 403]);
      }
      expect((await post('/')).status).toBe(308);
    });

    test('gives a request its id, and passes on the client’s', async () => {
      const url = await through();
      const mine = await call(`${url}/api/v1/movies`, { headers: { 'X-Request-Id': 'till-7' } });
      expect(mine.headers['x-request-id']).toBe('till-7');
    });
  });

  describe.skipIf(lacks(name) || lacks('openssl'))('in front of a server that is paid', () => {
    let stripe: StripeStandIn;
    let server: TestServer;
    beforeAll(async () => {
      stripe = await StripeStandIn.start();
      server = await startTestServer({}, undefined, { payments: [await providerFor(stripe)] });
    });
    afterAll(async () => {
      await server.close();
      await stripe.stop();
    });

    test('passes on a message of Stripe, every byte of it', async () => {
      proxy = await startProxy([server.url, server.url]);
      const url = `${proxy.url}/webhooks/stripe`;
      // As no program would write it again: spaces, an escape, and more than one packet.
      const object = `{ "id" : "pi_1",  "note": "caf\\u00e9 ☕ ${'x'.repeat(20_000)}" }`;
      const message = `{"id":"evt_${name}",\r\n "type":"payment_intent.succeeded", "data":{"object":${object}}}\n`;
      const headers = {
        'content-type': 'application/json; charset=utf-8',
        'stripe-signature': stripeSignature(message, stripe.webhookSecret),
      };
      const sent = (text: string) =>
        call(url, { method: 'POST', bytes: Buffer.from(text), headers });
      expect(await sent(message)).toMatchObject({ status: 200, body: { received: true } });
      expect(await sent(message.trimEnd())).toMatchObject({ status: 400 });
      const { rows } = await server.app.pool.query(
        'select event_id, ref from provider_events where event_id = $1',
        [`evt_${name}`],
      );
      expect(rows).toEqual([{ event_id: `evt_${name}`, ref: 'pi_1' }]);
    });
  });

  describe.skipIf(lacks(name) || lacks('openssl'))('in front of no server', () => {
    test('responds as a server that is unavailable does', async () => {
      const [one, other] = await freePorts(2);
      proxy = await startProxy([`http://127.0.0.1:${one}`, `http://127.0.0.1:${other}`]);
      const forged = '"}},{"';
      for (const asked of [{}, { body: {} }, { method: 'DELETE' }]) {
        const { status, headers, body } = await call(`${proxy.url}/api/v1/reservations`, {
          ...asked,
          headers: { 'X-Request-Id': forged },
        });
        expect([status, headers]).toEqual([
          503,
          expect.objectContaining({
            'retry-after': '1',
            'content-type': 'application/json; charset=utf-8',
            'cache-control': 'no-store',
            'x-request-id': (body.error as { requestId: string }).requestId,
          }),
        ]);
        const { code, message, details } = new UnavailableError();
        const requestId = expect.stringMatching(/^[\w-]{32,36}$/) as string;
        expect(body).toEqual({ success: false, error: { code, message, details, requestId } });
      }
    });

    test('would show a page of its own (control)', async () => {
      const [one, other] = await freePorts(2);
      const upstreams = [`http://127.0.0.1:${one}`, `http://127.0.0.1:${other}`] as const;
      proxy = await startProxy(upstreams, controls.page);
      await expect(call(`${proxy.url}/api/v1/reservations`)).rejects.toThrow(/is not valid JSON/);
    });
  });

  describe.skipIf(lacks(name) || lacks('openssl'))('in front of one server that is down', () => {
    let alive: StandIn;
    afterEach(() => alive.stop());

    test('sends every request to the other', async () => {
      alive = await startStandIn(() => 'respond');
      const [closed] = await freePorts(1);
      proxy = await startProxy([`http://127.0.0.1:${closed}`, alive.url]);
      const reading = [{}, { body: {} }, { body: {}, headers: { 'Idempotency-Key': 'k' } }];
      for (const asked of [...reading, ...reading]) {
        expect((await call(`${proxy.url}/api/v1/reservations`, asked)).status).toBe(200);
      }
    });
  });

  describe.skipIf(lacks(name) || lacks('openssl'))('when a server hangs up', () => {
    let standIns: StandIn[] = [];
    afterEach(() => Promise.all(standIns.map((each) => each.stop())));

    /** How often a request reaches a server, when all of them hang up on it. */
    async function attemptsOf(asked: object, changes = {}): Promise<number> {
      standIns = [await startStandIn(() => 'hang up'), await startStandIn(() => 'hang up')];
      proxy = await startProxy([standIns[0]?.url ?? '', standIns[1]?.url ?? ''], changes);
      const { status, body } = await call(`${proxy.url}/api/v1/reservations`, asked);
      expect([status, body.error]).toEqual([503, expect.objectContaining({ code: 'UNAVAILABLE' })]);
      return standIns.flatMap(({ requests }) => requests).length;
    }

    test.each([
      ['POST', { method: 'POST', body: {} }],
      ['PUT', { method: 'PUT', body: {} }],
      ['PATCH', { method: 'PATCH', body: {} }],
      ['DELETE', { method: 'DELETE' }],
    ])('a %s that may have been carried out is sent once', async (_method, asked) => {
      expect(await attemptsOf(asked)).toBe(1);
    });

    test('a DELETE would be sent again (control)', async () => {
      expect(await attemptsOf({ method: 'DELETE' }, controls.repeated)).toBeGreaterThan(1);
    });

    test('a DELETE that a server can recognise is sent again', async () => {
      const asked = { method: 'DELETE', headers: { 'Idempotency-Key': 'k' } };
      expect(await attemptsOf(asked)).toBeGreaterThan(1);
    });

    test('a GET is sent again', async () => {
      expect(await attemptsOf({})).toBeGreaterThan(1);
    });
  });
});

describe.skipIf(lacks('nginx') || lacks('openssl'))('nginx that buffers (control)', () => {
  test('keeps the events of a live map back', async () => {
    const server = await startTestServer();
    onTestFinished(() => server.close());
    const { admin, showtime, seatIds } = await aShowtime(server.app);
    const buffering = { 'proxy_buffering off;': 'proxy_ignore_headers X-Accel-Buffering;' };
    proxy = await startNginx([server.url, server.url], buffering);
    const route = `/api/v1/showtimes/${showtime.id}/events`;
    let isResponding = false;
    const kept = open(proxy.url + route).then((response) => {
      isResponding = true;
      return response;
    });
    await vi.waitFor(() => expect(server.app.viewers.count).toBe(1), { timeout: 5_000 });
    const { body: direct } = await fetch(server.url + route);
    const reader = direct?.pipeThrough(new TextDecoderStream()).getReader();
    await admin.call.showtimes.lockSeats({ showtimeId: showtime.id, seatIds: seatIds.slice(0, 1) });
    for (let seen = ''; !seen.includes('"type":"change"');) {
      seen += (await reader?.read())?.value ?? '';
    }
    await call(`${proxy.url}/api/v1/movies`);
    expect(isResponding).toBe(false);
    server.app.seatMaps.close();
    (await kept).destroy();
    await reader?.cancel();
  });
});

describe.skipIf(lacks('haproxy') || lacks('openssl'))('HAProxy, while a server stops', () => {
  test('sends every request to the other one', async () => {
    const { app, databaseUrl, close } = await createTestApp();
    onTestFinished(close);
    const { showtime, seatIds } = await aShowtime(app);
    const { token } = await aUser(app);
    // The settings that the configuration names.
    const env = { TRUST_PROXY: '1', DRAIN_SECONDS: '2' };
    const one = await startServerProcess({ databaseUrl, env });
    const other = await startServerProcess({ databaseUrl, env });
    onTestFinished(() => other.kill());
    proxy = await startHaproxy([one.url, other.url]);
    const url = `${proxy.url}/api/v1/showtimes/${showtime.id}/lock-seats`;
    const lock = { token, body: { seatIds: seatIds.slice(0, 1) } };

    const statuses = [(await call(url, lock)).status];
    const stopping = one.stop();
    while (one.isRunning()) {
      statuses.push((await call(url, lock)).status);
    }
    statuses.push((await call(url, lock)).status);

    expect(await stopping).toBe(0);
    expect(new Set(statuses)).toEqual(new Set([201]));
    expect(statuses.length).toBeGreaterThan(10);
  });
});
