import { aDoor, aScan } from '@matinee/api/testing';
import { createMatinee } from '@matinee/sdk';
import { Door, readTicketCode, ticketIdOf } from '@matinee/sdk/door';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer } from '../server.ts';
import type { TestServer } from '../server.ts';

/* The door with its server: many gates, two servers, and no network. */

let servers: [TestServer, TestServer];
beforeAll(async () => {
  const first = await startTestServer();
  servers = [first, await startTestServer({}, first.databaseUrl)];
});
afterAll(async () => {
  const [first, second] = servers;
  await second.close();
  await first.close();
});

const clientOf = (index: 0 | 1, token: string, fetchWith = fetch) =>
  createMatinee({ url: servers[index].url, token, fetch: fetchWith, retries: 0 });

test('one ticket at 64 gates of two servers goes in at one; 63 name it', async () => {
  const { gate, tickets, showtimeId } = await aDoor(servers[0].app);
  const code = tickets[0]?.code ?? '';
  const clients = [clientOf(0, gate.token), clientOf(1, gate.token)];
  const scans = Array.from({ length: 64 }, (_, index) =>
    aScan(code, { showtimeId, deviceId: `gate-${index}` }),
  );
  const answers = await Promise.all(
    scans.map((scan, index) => clients[index % 2]?.checkIns.create(scan)),
  );
  const admitted = answers.flatMap((answer, index) =>
    answer?.result === 'admitted' ? [`gate-${index}`] : [],
  );
  expect(admitted).toHaveLength(1);
  const named = answers.flatMap((answer) => answer?.first?.deviceId ?? []);
  expect(named).toEqual(Array.from({ length: 63 }, () => admitted[0]));
});

test('the SDK reads what the server signs, and names tickets as the manifest does', async () => {
  const { gate, tickets, showtimeId, reservationId } = await aDoor(servers[0].app);
  const client = clientOf(1, gate.token);
  const keys = await client.tickets.keys();
  const manifest = await client.checkIns.manifest({ showtimeId });
  for (const [index, { code, seatId }] of tickets.entries()) {
    expect(await readTicketCode(code, keys)).toMatchObject({ reservationId, seatId, version: 1 });
    expect(manifest.tickets[index]?.id).toBe(await ticketIdOf(code));
  }
});

test('a manifest that has not changed is not sent again', async () => {
  const { gate, tickets, showtimeId } = await aDoor(servers[0].app);
  const ask = (etag?: string) =>
    fetch(`${servers[1].url}/api/v1/showtimes/${showtimeId}/manifest`, {
      headers: {
        authorization: `Bearer ${gate.token}`,
        ...(etag === undefined ? {} : { 'if-none-match': etag }),
      },
    });
  const etag = (await ask()).headers.get('etag') ?? '';
  expect((await ask(etag)).status).toBe(304);
  await gate.call.checkIns.create(aScan(tickets[0]?.code ?? ''));
  expect((await ask(etag)).status).toBe(200);
});

describe('two devices without a network', () => {
  /** A door whose network can be cut. */
  async function aDevice(token: string, showtimeId: string, deviceId: string) {
    const network = { isCut: false };
    const cutting: typeof fetch = (...args) =>
      network.isCut ? Promise.reject(new TypeError('fetch failed')) : fetch(...args);
    const matinee = clientOf(0, token, cutting);
    const door = new Door({ matinee, showtimeId, deviceId });
    await door.load();
    return { door, network };
  }

  test('let one ticket in twice; the report names the right first, whoever uploads first', async () => {
    const { gate, tickets, showtimeId, reference } = await aDoor(servers[0].app);
    const [east, west] = await Promise.all([
      aDevice(gate.token, showtimeId, 'east'),
      aDevice(gate.token, showtimeId, 'west'),
    ]);
    east.network.isCut = true;
    west.network.isCut = true;
    const code = tickets[0]?.code ?? '';
    expect(await east.door.scan(code)).toMatchObject({ result: 'admitted', isOffline: true });
    // Clocks have milliseconds: the second scan is later in any case.
    await expect.poll(() => Date.now()).toBeGreaterThan(Date.now());
    expect(await west.door.scan(code)).toMatchObject({ result: 'admitted', isOffline: true });
    west.network.isCut = false;
    expect(await west.door.sync()).toMatchObject({ uploaded: 1, conflicts: [] });
    east.network.isCut = false;
    const { conflicts } = await east.door.sync();
    expect(conflicts).toMatchObject([
      {
        rowLabel: 'A',
        seatNumber: 1,
        reference,
        first: { deviceId: 'east' },
        scans: [{ deviceId: 'east' }, { deviceId: 'west' }],
      },
    ]);
    const list = await gate.call.checkIns.list({ showtimeId, limit: 10 });
    expect(list).toMatchObject({ expected: 2, admitted: 1, inside: 1 });
    const metrics = await servers[0].metrics.registry.metrics();
    expect(metrics).toMatch(
      /matinee_ticket_scans_total\{result="admitted",reason="",late="yes"\} [1-9]/,
    );
  });

  test('refuse what was given back before the manifest, and learn of it afterwards', async () => {
    const { gate, tickets, showtimeId, customer, reservationId } = await aDoor(servers[0].app);
    const { door, network } = await aDevice(gate.token, showtimeId, 'cut off');
    await customer.call.reservations.cancel({ reservationId });
    network.isCut = true;
    expect((await door.scan(tickets[0]?.code ?? '')).result).toBe('admitted');
    network.isCut = false;
    const { wrong } = await door.sync();
    expect(wrong).toMatchObject([{ result: 'refused', reason: 'cancelled' }]);
    network.isCut = true;
    expect(await door.scan(tickets[1]?.code ?? '')).toMatchObject({ reason: 'void' });
  });
});
