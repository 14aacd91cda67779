import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Unreachable, urlRefusal } from '@matinee/api';
import type { WebhookSender } from '@matinee/api';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createWebhookSender } from '../src/webhook-sender.ts';
import type { Resolver } from '../src/webhook-sender.ts';

const production = { allowPrivate: false, isProduction: true };
const development = { allowPrivate: true, isProduction: false };

let server: Server;
let port: number;
let requests = 0;
let answer: RequestListener = (_request, response) => response.writeHead(204).end();
const senders: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    requests += 1;
    answer(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  ({ port } = server.address() as AddressInfo);
});
afterAll(async () => {
  await Promise.all(senders.map((sender) => sender.close()));
  server.closeAllConnections();
  await new Promise((resolve) => {
    server.close(resolve);
  });
});
beforeEach(() => {
  requests = 0;
  answer = (_request, response) => response.writeHead(204).end();
});

function aSender(...args: Parameters<typeof createWebhookSender>): WebhookSender {
  const sender = createWebhookSender(...args);
  senders.push(sender);
  return sender;
}

const post = (sender: WebhookSender, url: string) => sender.send({ url, headers: {}, body: '{}' });

/** Why nothing was sent; fails when something was. */
async function refusalOf(sending: Promise<unknown>): Promise<Unreachable> {
  const error: unknown = await sending.then(
    (value) => Promise.reject(new Error(`sent: ${JSON.stringify(value)}`)),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Unreachable);
  return error as Unreachable;
}

/** Hosts that spell out an address which is not of the public internet, or one of this machine. */
const literals = [
  '127.0.0.1',
  '127.1',
  '127.0.1',
  '2130706433',
  '0x7f000001',
  '0x7f.1',
  '0177.0.0.1',
  '017700000001',
  '127.0.0.1.',
  '１２７.０.０.１',
  '①②⑦.⓪.⓪.①',
  '%31%32%37.0.0.1',
  '0.0.0.0',
  '0',
  '10.0.0.1',
  '172.16.0.1',
  '192.168.1.1',
  '100.64.0.1',
  '169.254.169.254',
  '0xa9fea9fe',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  '198.18.0.1',
  '203.0.113.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '[::]',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[::127.0.0.1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::ffff:169.254.169.254]',
  '[64:ff9b::127.0.0.1]',
  '[64:ff9b:1::1]',
  '[2002:7f00:1::]',
  '[2001::1]',
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[fe80::1]',
  '[fec0::1]',
  '[ff02::1]',
  '[2001:db8::1]',
  '[100::1]',
  'localhost',
  'LOCALHOST.',
  'shop.localhost',
  'printer.local',
  'metadata.google.internal',
  'postgres',
];

describe('an address in the URL', () => {
  test.each(literals)('%s is refused when it is written, and at each attempt', async (host) => {
    const url = `https://${host}:${port}/`;
    expect(urlRefusal(url, production)).toMatch(/address|host name/);
    const refusal = await refusalOf(post(aSender(production), url));
    expect(refusal.isForbidden).toBe(true);
    // Without TLS as well: nothing listens for TLS here.
    const plain = aSender({ allowPrivate: false, isProduction: false });
    expect((await refusalOf(post(plain, `http://${host}:${port}/`))).isForbidden).toBe(true);
    expect(requests).toBe(0);
  });

  test.each([
    ['http://shop.example.com/', 'https'],
    ['ftp://shop.example.com/', 'https'],
    ['file:///etc/passwd', 'https'],
    ['//shop.example.com/', 'https'],
    ['shop.example.com', 'https'],
    ['https://user@shop.example.com/', 'password'],
    ['https://user:secret@shop.example.com/', 'password'],
    ['https://shop.example.com:25/', 'port'],
    ['https://shop.example.com:22/', 'port'],
    ['https://shop.example.com:80/', 'port'],
  ])('%s is refused: %s', (url, reason) => {
    expect(urlRefusal(url, production)).toContain(reason);
  });

  test.each([
    'https://shop.example.com/hook?x=1',
    'https://shop.example.com:8443/',
    'https://93.184.215.14/',
    'https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/',
    'https://xn--kino-mnchen-yhb.example/',
  ])('%s is not refused', (url) => {
    expect(urlRefusal(url, production)).toBeUndefined();
  });

  test.each(['127.0.0.1', '2130706433', 'localhost'])(
    '%s is reached where it is allowed, so the requests above would have arrived',
    async (host) => {
      const sent = await post(aSender(development), `http://${host}:${port}/`);
      expect(sent.status).toBe(204);
      expect(requests).toBe(1);
    },
  );
});

describe('a name', () => {
  const plain = { allowPrivate: false, isProduction: false };
  const url = () => `http://shop.example.com:${port}/`;
  const leadingTo =
    (...addresses: string[]): Resolver =>
    (_hostname, done) =>
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );

  test.each([
    ['127.0.0.1'],
    ['10.1.2.3'],
    ['169.254.169.254'],
    ['::1'],
    ['::ffff:127.0.0.1'],
    ['fd12:3456::1'],
    ['64:ff9b::7f00:1'],
    ['93.184.215.14', '127.0.0.1'],
  ])('that leads to %s is refused', async (...addresses) => {
    const sender = aSender(plain, { resolve: leadingTo(...addresses) });
    const refusal = await refusalOf(post(sender, url()));
    expect(refusal.message).toBe('shop.example.com leads to a private or reserved address');
    expect(refusal.isForbidden).toBe(true);
    expect(requests).toBe(0);
  });

  test('that leads to the outside first and then to the inside reaches the outside alone', async () => {
    // For this test this machine is outside, and 10.0.0.1 is inside.
    const isPublic = (address: string) => address === '127.0.0.1';
    const answers = ['127.0.0.1', '10.0.0.1'];
    let lookups = 0;
    const resolve: Resolver = (hostname, done) => {
      lookups += 1;
      leadingTo(answers.shift() ?? '10.0.0.1')(hostname, done);
    };
    answer = (_request, response) => response.writeHead(204, { connection: 'close' }).end();
    const sender = aSender(plain, { resolve, isPublic });
    expect((await post(sender, url())).status).toBe(204);
    expect(lookups).toBe(1);
    expect((await refusalOf(post(sender, url()))).isForbidden).toBe(true);
    expect([lookups, requests]).toEqual([2, 1]);
  });

  test('that nobody knows is reported as such', async () => {
    const resolve: Resolver = (_hostname, done) =>
      done(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }), []);
    const refusal = await refusalOf(post(aSender(plain, { resolve }), url()));
    expect(refusal.message).toContain('(ENOTFOUND)');
    expect(refusal.isForbidden).toBe(false);
  });
});

describe('an answer', () => {
  const url = () => `http://127.0.0.1:${port}/`;

  test('that leads elsewhere is not followed', async () => {
    answer = (_request, response) =>
      response.writeHead(307, { location: `http://127.0.0.1:${port}/inside` }).end();
    expect((await post(aSender(development), url())).status).toBe(307);
    expect(requests).toBe(1);
  });

  test('is read to its first kilobyte, and the rest is dropped', async () => {
    answer = (_request, response) => {
      response.writeHead(500, { 'retry-after': '7' });
      response.write(`\0${'x'.repeat(1_000)}`);
      // More than anybody would wait for: the connection ends when enough was read.
      const more = setInterval(() => response.write('y'.repeat(10_000)), 1);
      response.on('close', () => clearInterval(more));
    };
    const got = await post(aSender(development), url());
    expect(got).toMatchObject({ status: 500, retryAfter: '7' });
    expect(got.text).toHaveLength(1_023);
    expect(got.text).toMatch(/^x{1000}y{23}$/);
  });

  test.each([
    ['never comes', () => {}],
    [
      'never ends',
      (_request: unknown, response: { write(text: string): void }) => response.write('x'),
    ],
  ])('that %s ends with the patience', async (_how, late) => {
    answer = late as RequestListener;
    const sender = aSender(development, { patienceMs: 50 });
    const refusal = await refusalOf(post(sender, url()));
    expect(refusal.message).toBe('the endpoint did not answer within 0.05 s');
  });
});
