import { createPublicKey, verify } from 'node:crypto';
import type { JsonWebKey } from 'node:crypto';
import { aDoor, aUser, callerOf, days, hours } from '@matinee/api/testing';
import type { DoorScene } from '@matinee/api/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer } from '../server.ts';
import type { TestServer } from '../server.ts';
import { decodePage, decodePixels, openPdf } from './read-pdf.ts';

/* The tickets of a reservation as files: who gets them, and what strangers read in them. */

let server: TestServer;
let door: DoorScene;
beforeAll(async () => {
  server = await startTestServer();
  door = await aDoor(server.app);
});
afterAll(() => server.close());

interface Asked {
  token?: string;
  link?: string;
  method?: string;
}

function get(file: string, { token, link, method = 'GET' }: Asked = {}): Promise<Response> {
  const query = link === undefined ? '' : `?link=${link}`;
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const path = `/api/v1/reservations/${door.reservationId}/${file}${query}`;
  return fetch(`${server.url}${path}`, { method, headers });
}

const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer());
const own = () => ({ token: door.customer.token });
const linkOf = (reservationId: string, endsIn = days(1)) =>
  server.app.fileLinks.sign({ reservationId, expiresAt: new Date(Date.now() + endsIn) });

/** What a stranger's scanner does who has only read how a code is made. */
function isGenuine(code: string, keys: { kid: number; publicKey: JsonWebKey }[]): boolean {
  const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  const bits = Array.from(code.slice(4), (letter) =>
    alphabet.indexOf(letter).toString(2).padStart(5, '0'),
  ).join('');
  const bytes = Buffer.from((bits.match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2)));
  const key = keys.find(({ kid }) => kid === bytes[1]);
  const publicKey = key && createPublicKey({ key: key.publicKey, format: 'jwk' });
  return (
    publicKey !== undefined && verify(null, bytes.subarray(0, 43), publicKey, bytes.subarray(43))
  );
}

describe('the PDF', () => {
  test('has a page for each seat, whose QR code is genuine by the public key alone', async () => {
    const response = await get('tickets.pdf', own());
    expect(response.headers.get('content-type')).toBe('application/pdf');
    expect(response.headers.get('cache-control')).toBe('private, no-cache');
    expect(response.headers.get('content-disposition')).toBe(
      `inline; filename="tickets-${door.reference}.pdf"`,
    );
    const file = await bytesOf(response);
    const { numPages } = await openPdf(file);
    expect(numPages).toBe(2);
    const keys = (await (await fetch(`${server.url}/api/v1/ticket-keys`)).json()) as {
      data: { kid: number; publicKey: JsonWebKey }[];
    };
    for (const [index, ticket] of door.tickets.entries()) {
      const read = await decodePage(file, index + 1);
      expect(read).toMatchObject({ data: ticket.code, version: 7 });
      expect(isGenuine(ticket.code, keys.data)).toBe(true);
    }
    const forged = `${door.tickets[0]?.code.slice(0, -3)}000`;
    expect(isGenuine(forged, keys.data)).toBe(false);
  });

  test('leaves out what was given back, and is not there when nothing is left', async () => {
    const other = await aDoor(server.app);
    const { reservationId, customer, seatIds } = other;
    const ask = () =>
      fetch(`${server.url}/api/v1/reservations/${reservationId}/tickets.pdf`, {
        headers: { authorization: `Bearer ${customer.token}` },
      });
    await customer.call.reservations.cancel({ reservationId, seatIds: seatIds.slice(0, 1) });
    expect((await openPdf(await bytesOf(await ask()))).numPages).toBe(1);
    await customer.call.reservations.cancel({ reservationId });
    expect((await ask()).status).toBe(404);
  });
});

describe('the picture', () => {
  test('is a QR code that a stranger reads, and nothing but itself', async () => {
    const [ticket] = door.tickets;
    const response = await get(`tickets/${ticket?.seatId}.svg`, own());
    expect(response.headers.get('content-type')).toBe('image/svg+xml; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toContain('sandbox');
    const { data, info } = await sharp(await bytesOf(response))
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(decodePixels(data, info.width, info.height)?.data).toBe(ticket?.code);
  });
});

describe.each(['tickets.pdf', 'calendar.ics'])('%s', (file) => {
  test('is for its customer, and for nobody else', async () => {
    const stranger = await aUser(server.app);
    const statuses = await Promise.all([
      get(file, own()),
      get(file, { token: stranger.token }),
      get(file),
      get(file, { token: door.gate.token }),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([200, 404, 401, 403]);
  });

  test('is read by its link, without a token, until it ends', async () => {
    const other = await aDoor(server.app);
    const ask = async (link: string) => {
      const response = await get(file, { link });
      const isText = response.headers.get('content-type')?.includes('json') ?? false;
      const body = isText ? ((await response.json()) as { error: object }).error : {};
      return [response.status, body] as const;
    };
    expect(await ask(linkOf(door.reservationId))).toEqual([200, {}]);
    const unknown = { code: 'LINK_INVALID', details: { reason: 'unknown' } };
    expect(await ask(linkOf(other.reservationId))).toMatchObject([422, unknown]);
    const expired = { code: 'LINK_INVALID', details: { reason: 'expired' } };
    expect(await ask(linkOf(door.reservationId, -1_000))).toMatchObject([422, expired]);
    // A link that signs a guest in opens no files, and the other way round.
    const { reservationId } = door;
    const expiresAt = new Date(Date.now() + days(1));
    const booking = server.app.bookingLinks.sign({ reservationId, expiresAt });
    expect(await ask(booking)).toMatchObject([422, unknown]);
    expect(server.app.bookingLinks.read(linkOf(reservationId))).toBeUndefined();
  });

  test('is read by its link whatever a mail program adds, and with an old token beside it', async () => {
    const link = `${linkOf(door.reservationId)}&utm_source=mail`;
    const statuses = await Promise.all([get(file, { link }), get(file, { link, token: 'old' })]);
    expect(statuses.map(({ status }) => status)).toEqual([200, 200]);
  });

  test('answers HEAD, and refuses other methods', async () => {
    const head = await get(file, { ...own(), method: 'HEAD' });
    expect([head.status, Number(head.headers.get('content-length')) > 400]).toEqual([200, true]);
    const post = await get(file, { ...own(), method: 'POST' });
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });
});

describe('a client that asks for very many files', () => {
  test('is refused, and others get theirs', async () => {
    const greedy = await Promise.all(Array.from({ length: 30 }, () => get('tickets.pdf', own())));
    const statuses = Map.groupBy(greedy, ({ status }) => status);
    expect([...statuses.keys()].toSorted()).toEqual([200, 429]);
    const other = await aDoor(server.app, { startsIn: hours(3) });
    const { tickets } = callerOf(server.app, { token: other.customer.token });
    const [first] = await tickets.list({ reservationId: other.reservationId });
    expect(first?.status).toBe('valid');
    const link = server.app.fileLinks.sign({
      reservationId: other.reservationId,
      expiresAt: new Date(Date.now() + days(1)),
    });
    const file = `${server.url}/api/v1/reservations/${other.reservationId}/tickets.pdf?link=${link}`;
    expect((await fetch(file)).status).toBe(200);
  });
});
