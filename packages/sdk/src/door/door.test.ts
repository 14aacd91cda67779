import { describe, expect, test } from 'vitest';
import { aCode, keys, otherKeys, showtimeId } from '../../test/ticket-codes.ts';
import type { Made } from '../../test/ticket-codes.ts';
import type { Matinee } from '../api.ts';
import { MatineeError } from '../errors.ts';
import type { Manifest, ScanResult } from '../types.ts';
import { Door } from './door.ts';
import type { DoorStorage } from './memory.ts';
import { readTicketCode, ticketIdOf } from './ticket-code.ts';

function aManifest(tickets: Made[]): Manifest {
  const now = Date.now();
  return {
    showtimeId,
    movie: 'The Third Man',
    theater: 'Gartenbau',
    startTime: new Date(now + 20 * 60_000),
    opensAt: new Date(now - 10 * 60_000),
    endTime: new Date(now + 120 * 60_000),
    now: new Date(now),
    ticketTypes: [{ code: 'adult', name: 'Adult' }],
    keys,
    tickets: tickets.map(({ id }, index) => ({
      id,
      row: 'A',
      seat: index + 1,
      type: 'adult',
      reference: `K7Q2M9X${index + 2}`,
    })),
  };
}

const admitted: ScanResult = {
  id: crypto.randomUUID(),
  result: 'admitted',
  type: 'entry',
  at: new Date(),
  reason: null,
  first: null,
  reference: 'K7Q2M9X2',
  seat: { id: crypto.randomUUID(), rowLabel: 'A', seatNumber: 1, seatType: 'regular' },
  ticketType: { id: crypto.randomUUID(), code: 'adult', name: 'Adult' },
  showtime: null,
  attention: [],
};

const outage = new MatineeError({
  code: 'NETWORK_ERROR',
  message: 'The server cannot be reached.',
  status: 0,
  details: {},
});

/** A server that can be switched off, and remembers what it was asked. */
function aServer(tickets: Made[]) {
  const server = {
    isDown: false,
    manifest: aManifest(tickets),
    created: [] as unknown[],
    uploads: [] as { sentAt?: Date | undefined; scans: { code: string; nonce: string }[] }[],
    answer: admitted,
    results: [admitted],
    conflicts: [] as Awaited<ReturnType<Matinee['checkIns']['upload']>>['conflicts'],
  };
  const up = <Value>(value: () => Value): Promise<Value> =>
    server.isDown ? Promise.reject(outage) : Promise.resolve().then(value);
  const checkIns = {
    manifest: () => up(() => server.manifest),
    create: (input: unknown) =>
      up(() => {
        server.created.push(input);
        return server.answer;
      }),
    upload: (input: (typeof server.uploads)[number]) =>
      up(() => {
        server.uploads.push(input);
        return { results: server.results, conflicts: server.conflicts };
      }),
  } as unknown as Matinee['checkIns'];
  return Object.assign(server, { matinee: { checkIns } });
}

function aStorage(): DoorStorage {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
  };
}

async function aDoor(tickets: Made[], storage?: DoorStorage) {
  const server = aServer(tickets);
  const door = new Door({ matinee: server.matinee, showtimeId, deviceId: 'east-1', storage });
  await door.load();
  return { server, door };
}

describe('the code of a ticket', () => {
  test('is read with public keys alone', async () => {
    const { code, reservationId, seatId, id } = aCode(3);
    expect(await readTicketCode(` ${code.toLowerCase()}\n`, keys)).toEqual({
      kid: 7,
      reservationId,
      seatId,
      showtimePrefix: '01a227d8',
      startTime: new Date('2026-12-04T19:30:00Z'),
      version: 3,
    });
    expect(await ticketIdOf(code)).toBe(id);
  });

  test('is nothing once a letter is changed, under another key, or with another scheme', async () => {
    const { code } = aCode();
    const at = 60;
    const changed = code.slice(0, at) + (code[at] === 'A' ? 'B' : 'A') + code.slice(at + 1);
    for (const wrong of [changed, `${code}0`, code.slice(4), '', 'MT1-', code.slice(0, -1)]) {
      expect(await readTicketCode(wrong, keys)).toBeUndefined();
    }
    expect(await readTicketCode(code, otherKeys)).toBeUndefined();
    expect(await readTicketCode(code, [])).toBeUndefined();
  });
});

describe('a door', () => {
  test('asks the server while it responds', async () => {
    const { server, door } = await aDoor([aCode()]);
    const verdict = await door.scan(' MT1-X ');
    expect(verdict).toMatchObject({
      result: 'admitted',
      seat: 'A1',
      ticketType: 'Adult',
      isOffline: false,
      checkInId: admitted.id,
    });
    expect(server.created).toMatchObject([{ code: 'MT1-X', deviceId: 'east-1', showtimeId }]);
    expect(door.waiting).toBe(0);
  });

  test('judges by itself when the server does not respond, and tells it later', async () => {
    const [one, two] = [aCode(), aCode()];
    const { server, door } = await aDoor([one, two]);
    server.isDown = true;
    expect(await door.scan(one.code)).toMatchObject({
      result: 'admitted',
      seat: 'A1',
      ticketType: 'Adult',
      isOffline: true,
      checkInId: null,
    });
    expect(door).toMatchObject({ isOnline: false, waiting: 1, inside: 1 });
    expect(await door.scan(one.code)).toMatchObject({
      result: 'already_admitted',
      first: { deviceId: 'east-1' },
    });
    expect(await door.scan(two.code, 'exit')).toMatchObject({ reason: 'not_inside' });
    expect(await door.sync()).toMatchObject({ uploaded: 0 });
    expect(door.waiting).toBe(2);
    server.isDown = false;
    server.results = [admitted, { ...admitted, result: 'refused', reason: 'not_inside' }];
    expect(await door.sync()).toEqual({ uploaded: 2, wrong: [], conflicts: [] });
    expect(door).toMatchObject({ isOnline: true, waiting: 0 });
    expect(server.uploads).toMatchObject([
      { sentAt: expect.any(Date), scans: [{ code: one.code }, { refused: 'not_inside' }] },
    ]);
    expect(server.uploads[0]?.scans[0]).not.toHaveProperty('ticketId');
  });

  test('names what it let in wrongly, and the conflicts', async () => {
    const one = aCode();
    const { server, door } = await aDoor([one]);
    server.isDown = true;
    await door.scan(one.code);
    server.isDown = false;
    const already = { ...admitted, result: 'already_admitted' as const };
    const scan = { deviceId: 'west-2', at: new Date() };
    const conflict = { seatId: one.seatId, rowLabel: 'A', seatNumber: 1, reference: 'K7Q2M9X2' };
    server.results = [already];
    server.conflicts = [{ ...conflict, scans: [scan], first: scan }];
    expect(await door.sync()).toEqual({
      uploaded: 1,
      wrong: [already],
      conflicts: server.conflicts,
    });
  });

  test.each([
    ['of another show', () => aCode(1, crypto.randomUUID()).code, 'wrong_show'],
    ['that is not on the list', () => aCode().code, 'void'],
    ['that nobody signed', () => 'MT1-0000', 'invalid_code'],
    ['that is a reference of no ticket', () => 'ZZZZZZZZ A1', 'unknown'],
  ])('refuses a code %s while it is cut off', async (_kind, code, reason) => {
    const { server, door } = await aDoor([aCode()]);
    server.isDown = true;
    expect(await door.scan(code())).toMatchObject({ result: 'refused', reason, seat: null });
    expect(door.inside).toBe(0);
  });

  test('keeps to the hours of the show', async () => {
    const one = aCode();
    const { server, door } = await aDoor([one]);
    const { manifest } = server;
    server.manifest = { ...manifest, opensAt: new Date(Date.now() + 60_000) };
    await door.load();
    server.isDown = true;
    expect(await door.scan(one.code)).toMatchObject({ reason: 'too_early' });
    server.isDown = false;
    server.results = [{ ...admitted, result: 'refused', reason: 'too_early' }];
    server.manifest = { ...manifest, endTime: new Date(Date.now() - 60_000) };
    await door.sync();
    server.isDown = true;
    expect(await door.scan(one.code)).toMatchObject({ reason: 'too_late' });
  });

  test('takes a typed reference and seat, in and out and in', async () => {
    const { server, door } = await aDoor([aCode(), aCode()]);
    server.isDown = true;
    const scan = (type: 'entry' | 'exit') => door.scan('k7q2m9x3 A 2', type);
    expect(await scan('entry')).toMatchObject({ result: 'admitted', seat: 'A2' });
    expect(await scan('exit')).toMatchObject({ result: 'admitted' });
    expect(await scan('entry')).toMatchObject({ result: 'admitted' });
    expect(door.waiting).toBe(3);
  });

  test('knows what the server admitted before it was cut off', async () => {
    const one = aCode();
    const { server, door } = await aDoor([one]);
    await door.scan(one.code);
    server.isDown = true;
    expect(await door.scan(one.code)).toMatchObject({ result: 'already_admitted' });
  });

  test('remembers a typed reference that the server admitted', async () => {
    const one = aCode();
    const { server, door } = await aDoor([one]);
    await door.scan('K7Q2M9X2 A1');
    expect(door.inside).toBe(1);
    server.isDown = true;
    expect(await door.scan(one.code)).toMatchObject({ result: 'already_admitted' });
  });

  test('does not forget what it saw while a manifest was on its way', async () => {
    const one = aCode();
    const { server, door } = await aDoor([one]);
    const { checkIns } = server.matinee;
    const { promise, resolve } = Promise.withResolvers<Manifest>();
    Object.assign(checkIns, { manifest: () => promise });
    const loading = door.load();
    await door.scan(one.code);
    resolve(server.manifest);
    await loading;
    expect(door.inside).toBe(1);
    server.isDown = true;
    expect(await door.scan(one.code)).toMatchObject({ result: 'already_admitted' });
  });

  test('queues what the server can read, with the seat that was meant', async () => {
    const { server, door } = await aDoor([aCode()]);
    server.isDown = true;
    for (const code of ['k7q2m9x2', 'ZZZZZZZZ', 'x'.repeat(400), 'a\0b', '\ud800']) {
      await door.scan(code);
    }
    server.isDown = false;
    await door.sync();
    expect(server.uploads).toMatchObject([{ scans: [{ code: 'K7Q2M9X2 A1' }] }]);
    expect(server.uploads[0]?.scans).toHaveLength(1);
  });

  test('goes on after a restart without a network', async () => {
    const storage = aStorage();
    const one = aCode();
    const { server, door } = await aDoor([one], storage);
    server.isDown = true;
    await door.scan(one.code);
    const { matinee } = server;
    const again = new Door({ matinee, showtimeId, deviceId: 'east-1', storage });
    await again.load();
    expect(again).toMatchObject({ isOnline: false, waiting: 1, inside: 1 });
    expect(again.manifest?.opensAt).toBeInstanceOf(Date);
    expect(await again.scan(one.code)).toMatchObject({ result: 'already_admitted' });
    server.isDown = false;
    expect(await again.sync()).toMatchObject({ uploaded: 1 });
    expect(server.uploads[0]?.scans[0]).toMatchObject({ at: expect.any(Date) });
  });

  test('starts anew when what was kept cannot be read', async () => {
    const storage = aStorage();
    storage.setItem(`matinee-door:${showtimeId}`, '{"queue":');
    const { door } = await aDoor([aCode()], storage);
    expect(door.waiting).toBe(0);
  });

  test('does not judge what the server refuses to be asked', async () => {
    const { server, door } = await aDoor([aCode()]);
    const forbidden = new MatineeError({
      ...outage,
      code: 'FORBIDDEN',
      message: 'No.',
      status: 403,
    });
    const { checkIns } = server.matinee;
    Object.assign(checkIns, { create: () => Promise.reject(forbidden) });
    await expect(door.scan('MT1-X')).rejects.toBe(forbidden);
    expect(door).toMatchObject({ isOnline: true, waiting: 0 });
  });

  test('without a manifest fails when it cannot load one', async () => {
    const server = aServer([]);
    server.isDown = true;
    const door = new Door({ matinee: server.matinee, showtimeId, deviceId: 'east-1' });
    await expect(door.load()).rejects.toBe(outage);
    expect(door.isOnline).toBe(false);
  });

  test('uploads once, however often it is asked to at the same moment', async () => {
    const one = aCode();
    const { server, door } = await aDoor([one]);
    server.isDown = true;
    await door.scan(one.code);
    server.isDown = false;
    const [first, second] = await Promise.all([door.sync(), door.sync()]);
    expect(first).toBe(second);
    expect(server.uploads).toHaveLength(1);
  });
});
