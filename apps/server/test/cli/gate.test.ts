import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import path from 'node:path';
import { aGate } from '@matinee/api/testing';
import { createMatinee } from '@matinee/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../run.ts';
import type { Output } from '../run.ts';
import { aCinema, aShowAtTheDoor } from './cinema.ts';
import type { Cinema } from './cinema.ts';
import { stable } from './stable.ts';

/* The door of a show in a terminal, for somebody who may do nothing else. */

let cinema: Cinema;
let token: string;
beforeAll(async () => {
  cinema = await aCinema();
  ({ token } = await aGate(cinema.server.app));
});
afterAll(() => cinema.close());

type Show = Awaited<ReturnType<typeof aShowAtTheDoor>>;

/** Another device lets somebody in. */
async function isAdmittedInTheWest({ showtimeId }: Show, code: string): Promise<void> {
  const matinee = createMatinee({ url: cinema.server.url, token });
  const scan = { code, showtimeId, gate: 'West', deviceId: 'west-2', nonce: randomUUID() };
  expect((await matinee.checkIns.create(scan)).result).toBe('admitted');
}

/** The screen of a door without what differs between runs. */
function steady(screen: string, ...shows: Show[]): string {
  const named = shows.reduce(
    (text, { reference }) => text.replaceAll(reference, 'K7WQ3MXA'),
    screen,
  );
  return stable(named)
    .replace(/\w{3} \d{4}-\d\d-\d\d/g, 'Fri 2026-12-04')
    .replace(/\b\d\d:\d\d\b/g, '19:42')
    .replace(/\bCES?T\b/g, 'CET')
    .replace(/^[0-9a-f]{6}(?= is )/, '000001');
}

function open(args: readonly string[], url = cinema.server.url) {
  return cinema.binary.open(['gate', ...args], { env: { MATINEE_TOKEN: token, MATINEE_URL: url } });
}

/** Runs the command with a file of lines as its input. */
async function gateOf(args: readonly string[], lines: readonly string[]): Promise<Output> {
  const { home, file, env } = cinema.binary;
  await writeFile(path.join(home, 'lines.txt'), lines.map((line) => `${line}\n`).join(''));
  const command = ['-c', '"$0" "$@" < lines.txt', process.execPath, file, 'gate', ...args];
  return run('/bin/sh', command, { cwd: home, env: { ...env, MATINEE_TOKEN: token } });
}

test('a scanner and a person type at a terminal of 80 columns', async () => {
  const show = await aShowAtTheDoor(cinema, 'East');
  const [first = '', second = ''] = show.codes;
  const other = await aShowAtTheDoor(cinema, 'Hall 3');
  await isAdmittedInTheWest(show, second);
  const terminal = open([show.showtimeId.slice(-6), '--gate', 'East', '--device', 'east-1']);
  await terminal.shows('IN 1/2 >');
  terminal.type(`${first}\r`);
  await terminal.shows('✓ IN ');
  terminal.type(`${second}\r`);
  await terminal.shows('✗ ALREADY IN');
  terminal.type(`${other.codes[0]}\r`);
  await terminal.shows('Wrong show');
  terminal.type(`${show.reference}\r`);
  await terminal.shows('has 2 seats');
  terminal.type('exit\r');
  await terminal.shows('OUT 2/2 >');
  terminal.type(`${show.reference.toLowerCase()} a1\r`);
  await terminal.shows('✓ OUT');
  terminal.type('entry\r');
  await terminal.shows(/IN \d\/2 >/);
  terminal.type(`${show.reference} A1\r`);
  await terminal.shows(/✓ OUT[^]*✓ IN/);
  terminal.type('undo\r');
  await terminal.shows('Why is A1 taken back?');
  terminal.type('the wrong person\r');
  await terminal.shows('A1 was taken back');
  terminal.type('find king\r');
  await terminal.shows('CUSTOMER');
  terminal.type('nonsenf\u007fse\r');
  await terminal.shows('Not a ticket');
  const colours = terminal.colours();
  terminal.type('\u0004');
  expect(await terminal.ended).toBe(5);
  await expect(steady(terminal.screen(), show, other)).toMatchFileSnapshot('screens/gate.txt');
  expect(colours).toMatch(/^G_GG__ {2}\.\./m);
  expect(colours).toMatch(/^R_RRRRRRR_RR {2}\.\./m);
  const { items } = await cinema.matinee.checkIns.list({ showtimeId: show.showtimeId });
  expect(items.map(({ undoReason }) => undoReason)).toContain('the wrong person');
});

test('a file of codes is checked, with a line of JSON for each', async () => {
  const show = await aShowAtTheDoor(cinema, 'Piped');
  const lines = [...show.codes, `${show.reference} A2`, 'nonsense'];
  const all = await gateOf([show.showtimeId, '--json', '--device', 'east-1'], lines);
  const objects = all.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect(objects).toMatchObject([
    { code: show.codes[0], result: 'admitted', seat: 'A1', isOffline: false },
    { code: show.codes[1], result: 'admitted', seat: 'A2' },
    { result: 'already_admitted', first: { deviceId: 'east-1', gate: null } },
    { result: 'refused', reason: 'invalid_code', seat: null },
  ]);
  expect(all.code).toBe(5);
  const next = await aShowAtTheDoor(cinema, 'Piped again');
  const admitted = await gateOf([next.showtimeId], next.codes);
  expect(admitted).toMatchObject({ code: 0, out: expect.stringMatching(/^(✓ IN .*\n){2}$/) });
});

test('quit ends the command while its input stays open', async () => {
  const { showtimeId } = await aShowAtTheDoor(cinema, 'Open');
  const { file, env, home } = cinema.binary;
  const child = spawn(process.execPath, [file, 'gate', showtimeId], { cwd: home, env });
  child.stdin.write('quit\n');
  const [code] = (await once(child, 'close')) as [number];
  expect(code).toBe(0);
});

test('two terminals with the name of one device would overwrite each other', async () => {
  const { showtimeId } = await aShowAtTheDoor(cinema, 'Twice');
  const first = open([showtimeId, '--device', 'east-1']);
  await first.shows('IN 0/2 >');
  const second = open([showtimeId, '--device', 'east-1']);
  expect(await second.ended).toBe(2);
  expect(second.screen()).toContain('is open already at device "east-1"');
  first.type('\u0003');
  expect(await first.ended).toBe(130);
  expect((await gateOf([showtimeId, '--device', 'east-1'], [])).code).toBe(0);
});

test('a customer may open no door', async () => {
  const { showtimeId } = await aShowAtTheDoor(cinema, 'Not for all');
  const { code, err } = await cinema.binary.runWith({ MATINEE_TOKEN: '' }, 'gate', showtimeId);
  expect(code).toBe(4);
  expect(err).toContain('matinee login');
});

/** Passes connections on to the server, at an address that can die and come back. */
async function aMortalServer() {
  const target = Number(new URL(cinema.server.url).port);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const onward = connect(target, '127.0.0.1');
    for (const each of [socket, onward]) {
      sockets.add(each);
      each.on('error', () => {});
      each.on('close', () => {
        sockets.delete(each);
        socket.destroy();
        onward.destroy();
      });
    }
    socket.pipe(onward);
    onward.pipe(socket);
  });
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const die = async () => {
    server.close();
    sockets.forEach((socket) => socket.destroy());
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${port}`, die, rise: () => listen(port) };
}

describe('a server that dies', () => {
  test('loses no scan: they are judged by the list, kept over a crash, and uploaded', async () => {
    const show = await aShowAtTheDoor(cinema, 'Cut off');
    const [first = '', second = ''] = show.codes;
    const mortal = await aMortalServer();
    const args = [show.showtimeId, '--gate', 'East', '--device', 'east-1'];
    const before = open(args, mortal.url);
    await before.shows('IN 0/2 >');
    before.type(`${first}\r`);
    await before.shows('IN 1/2 >');
    await mortal.die();
    before.type(`${second}\r`);
    await before.shows(/✓ IN {4}A2[^]*offline, judged by the list of/);
    await before.shows('IN 2/2 offline, 1 waiting >');
    before.type(`${first}\r`);
    await before.shows('✗ ALREADY IN');
    before.kill('SIGKILL');
    await before.ended;
    await isAdmittedInTheWest(show, second);
    // The clock of a device is corrected by what a slow upload takes, too.
    const isLater = `update check_ins set scanned_at = scanned_at + interval '1 minute'`;
    await cinema.server.app.pool.query(
      `${isLater} where device_id = 'west-2' and showtime_id = $1`,
      [show.showtimeId],
    );

    const after = open([show.showtimeId.slice(-6), ...args.slice(1)], mortal.url);
    await after.shows('IN 2/2 offline, 1 waiting >');
    await mortal.rise();
    // The command looks every few seconds whether the server responds again.
    await after.shows('1 scan uploaded');
    await after.shows('IN 2/2 >');
    after.type('quit\r');
    expect(await after.ended).toBe(5);
    await expect(steady(after.screen(), show)).toMatchFileSnapshot('screens/gate-offline.txt');
    const { admitted, items } = await cinema.matinee.checkIns.list({
      showtimeId: show.showtimeId,
    });
    expect({ admitted, devices: items.map(({ deviceId }) => deviceId).toSorted() }).toEqual({
      admitted: 2,
      devices: ['east-1', 'east-1', 'west-2'],
    });
    await mortal.die();
  });

  test('leaves its scans in the file when the door is closed', async () => {
    const show = await aShowAtTheDoor(cinema, 'Closed');
    const mortal = await aMortalServer();
    const terminal = open([show.showtimeId, '--device', 'east-1'], mortal.url);
    await terminal.shows('IN 0/2 >');
    await mortal.die();
    terminal.type(`${show.reference} A1\r`);
    await terminal.shows('1 waiting >');
    terminal.type('\u0004');
    expect(await terminal.ended).toBe(7);
    expect(terminal.screen()).toContain('1 scan waits here.');
    const { err, code } = await gateOf([show.showtimeId, '--device', 'east-1'], ['sync']);
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('1 scan uploaded') });
  });
});
