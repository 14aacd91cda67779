import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MatineeError } from '@matinee/sdk';
import type { Matinee } from '@matinee/sdk';
import { describe, expect, test, vi } from 'vitest';
import { fakeMatinee } from '../../test/fake-matinee.ts';
import { useOwnConfig } from '../../test/own-config.ts';
import { runFake } from '../../test/run-fake.ts';
import { doorsFolder } from '../gate/door-file.ts';

const fake = vi.hoisted(() => ({ matinee: undefined as unknown }));
vi.mock('@matinee/sdk', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  createMatinee: () => fake.matinee as Matinee,
}));

useOwnConfig();

let shows = 0;
const at = (time: string) => new Date(`2026-12-04T${time}:00Z`);
const seat = { id: 's1', rowLabel: 'A', seatNumber: 12, seatType: 'regular' };
const admitted = {
  id: 'c1',
  result: 'admitted',
  type: 'entry',
  at: at('18:50'),
  reason: null,
  first: null,
  reference: 'K7Q2M9XD',
  seat,
  ticketType: { id: 't1', code: 'adult', name: 'Adult' },
  showtime: null,
  attention: [] as string[],
};
const unknown = { ...admitted, result: 'refused', seat: null, ticketType: null, reference: null };
const hall3 = { id: 'x', movie: 'Laura', theater: 'Hall 3', startTime: at('20:00') };
const outage = new MatineeError({
  ...{ code: 'NETWORK_ERROR', message: 'The server cannot be reached.' },
  ...{ status: 0, details: {} },
});

const expired = new MatineeError({
  ...{ code: 'TOKEN_EXPIRED', message: 'Your session has expired.' },
  ...{ status: 401, details: {} },
});

/** What the server returns for a code, or refuses it with. */
const scans: Partial<Record<string, object>> = {
  'K7Q2M9XD A12': admitted,
  again: {
    ...admitted,
    result: 'already_admitted',
    first: { at: at('18:42'), gate: 'East', deviceId: 'east-1' },
  },
  other: { ...admitted, result: 'refused', reason: 'wrong_show', showtime: hall3 },
  child: { ...admitted, attention: ['check_age', 'proof', 'dispute', 'wheelchair'] },
  expire: expired,
  early: { ...admitted, result: 'refused', reason: 'too_early' },
};

const ticket = (number: number) => ({
  ...{ id: `ticket-${number}`, row: 'A', seat: number, type: 'adult', reference: 'K7Q2M9XD' },
});

/** A show of its own, whose server can be switched off. */
function aShow() {
  shows += 1;
  const showtimeId = `00000000-0000-7000-8000-${String(shows).padStart(12, '0')}`;
  const now = Date.now();
  const manifest = {
    showtimeId,
    movie: 'The Third Man',
    theater: 'Gartenbau',
    startTime: at('19:00'),
    opensAt: new Date(now - 60_000),
    endTime: new Date(now + 3_600_000),
    now: at('18:40'),
    ticketTypes: [{ code: 'adult', name: 'Adult' }],
    keys: [],
    tickets: [ticket(12), ticket(13)],
  };
  const server = { isDown: false, conflicts: [] as unknown[], results: [admitted as object] };
  const up = (answer: (input: never) => unknown) => (input: never) => {
    if (server.isDown) {
      throw outage;
    }
    return answer(input);
  };
  const { matinee, calls } = fakeMatinee({
    'checkIns.manifest': up(() => manifest),
    'checkIns.list': up(() => ({ items: [], expected: 2, admitted: 1, inside: 1 })),
    'showtimes.list': up(() => ({ items: [], nextCursor: null })),
    'showtimes.get': up(() => ({ theater: { timezone: 'Europe/Vienna' } })),
    'checkIns.create': up(({ code, type }: { code: string; type: string }) => {
      const answer = scans[code] ?? { ...unknown, reason: 'unknown' };
      if (answer instanceof MatineeError) {
        throw answer;
      }
      return { ...answer, type };
    }),
    'checkIns.undo': up(() => admitted),
    'checkIns.upload': up(() => ({ results: server.results, conflicts: server.conflicts })),
    'checkIns.find': up(() => [
      {
        ...{ reference: 'K7Q2M9XD', seat: 'A12', customerName: 'Ada King' },
        ...{ ticketType: admitted.ticketType, usedAt: null },
      },
    ]),
  });
  const run = (lines: Parameters<typeof runFake>[1] & { flags?: string; name?: string }) => {
    fake.matinee = matinee;
    const { name = showtimeId, flags = '--device east-1' } = lines;
    return runFake(`gate ${name} ${flags}`, lines);
  };
  return { showtimeId, manifest, server, calls, run };
}

type Show = ReturnType<typeof aShow>;

const typed = (...lines: string[]) => lines.map((line) => `${line}\n`);
const waitingIn = ({ showtimeId }: Show) => {
  const name = readdirSync(doorsFolder()).find((each) => each.startsWith(showtimeId)) ?? '';
  const kept = JSON.parse(readFileSync(join(doorsFolder(), name), 'utf8')) as Record<
    string,
    string
  >;
  return (JSON.parse(kept[`matinee-door:${showtimeId}`] ?? '{}') as { queue: object[] }).queue;
};

describe('a door', () => {
  test('says who goes in, and why others do not', async () => {
    const { run } = aShow();
    const lines = typed('K7Q2M9XD A12', 'again', 'other', '', 'early', 'what');
    const { data, said, exitCode } = await run({ input: lines });
    expect(data.replace(/(?<=open at )\d\d:\d\d/, '18:30')).toBe(
      '✓ IN    A12  Adult  K7Q2M9XD\n' +
        '✗ ALREADY IN  A12  first at 19:42, East, device east-1\n' +
        '✗ REFUSED  Wrong show: Laura at 21:00 in Hall 3  A12  K7Q2M9XD\n' +
        '✗ REFUSED  Too early: the doors open at 18:30  A12  K7Q2M9XD\n' +
        '✗ REFUSED  No ticket with this reference and seat\n',
    );
    expect(said).toMatch(/^The Third Man, Gartenbau\nFri 2026-12-04 20:00 CET, doors open at /);
    expect(said).toContain('2 tickets expected, 1 admitted\n');
    expect(exitCode).toBe(5);
  });

  test('ends with 0 if everybody was admitted, in both directions', async () => {
    const { run, calls } = aShow();
    const input = typed('K7Q2M9XD A12', 'EXIT', 'K7Q2M9XD A12', 'entry', 'child', 'quit', 'what');
    const { data, exitCode } = await run({ input, flags: '--gate East' });
    expect(data).toBe(
      '✓ IN    A12  Adult  K7Q2M9XD\n' +
        '✓ OUT   A12  Adult  K7Q2M9XD\n' +
        '✓ IN    A12  Adult  K7Q2M9XD\n' +
        '  ! check age, see proof, payment disputed, wheelchair\n',
    );
    expect(exitCode).toBe(0);
    const scanned = calls.filter(({ path }) => path === 'checkIns.create');
    expect(scanned.map(({ input: each }) => each)).toMatchObject([
      { type: 'entry', gate: 'East' },
      { type: 'exit' },
      { type: 'entry' },
    ]);
  });

  test('begins with the exit if asked', async () => {
    const { run } = aShow();
    const { data } = await run({ input: typed('K7Q2M9XD A12'), flags: '--exit' });
    expect(data).toMatch(/^✓ OUT /);
  });

  test('prints one line of JSON for each scan', async () => {
    const { run } = aShow();
    const input = typed('K7Q2M9XD A12', 'find ada', 'again');
    const { data, said } = await run({ input, flags: '--json' });
    const objects = data
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(objects).toMatchObject([
      { code: 'K7Q2M9XD A12', result: 'admitted', seat: 'A12', isOffline: false },
      { code: 'again', result: 'already_admitted', first: { deviceId: 'east-1' } },
    ]);
    expect(said).toContain('A12  K7Q2M9XD  Ada King\n');
  });

  test('rings a terminal at a refusal only, and breaks lines between words', async () => {
    const { run } = aShow();
    const input = typed('K7Q2M9XD A12', 'again');
    const { data } = await run({ input, columns: 30, env: { NO_COLOR: '1' } });
    expect(data).toBe(
      '✓ IN    A12  Adult  K7Q2M9XD\n' +
        '\u0007✗ ALREADY IN  A12  first at\n  19:42, East, device east-1\n',
    );
    expect((await aShow().run({ input, columns: 80 })).data).toContain(
      '\u001b[31m\u001b[7m\u001b[1m✗ ALREADY IN',
    );
  });

  test('finds tickets, and takes the last entry back', async () => {
    const { run, calls } = aShow();
    const input = typed(
      'undo',
      'K7Q2M9XD A12',
      'undo',
      'undo wrong person',
      'find king',
      'help',
      'find x',
    );
    const { data, said } = await run({ input });
    expect(data).toContain('K7Q2M9XD\tA12\tAdult\tAda King');
    expect(said).toContain(
      '! There is no entry to take back.\n! Write the reason in the same line',
    );
    expect(said).toContain('A12 was taken back');
    expect(said).toContain('! Write what to look for in the same line: find TEXT\n');
    expect(said).toContain('takes the last entry back');
    expect(calls.find(({ path }) => path === 'checkIns.undo')?.input).toEqual({
      checkInId: 'c1',
      reason: 'wrong person',
    });
  });

  test('asks for the seat of a reference, and sends nothing that the server cannot store', async () => {
    const { run, calls } = aShow();
    const { said, exitCode } = await run({ input: typed('k7q2m9xd', 'x'.repeat(301)) });
    expect(said).toContain('! k7q2m9xd has 2 seats: A12, A13. Add one: k7q2m9xd A12\n');
    expect(said).toContain('longer than the code of any ticket');
    expect(calls.some(({ path }) => path === 'checkIns.create')).toBe(false);
    expect(exitCode).toBe(5);
  });

  test('stays open when the server refuses a call, and ends with its exit code', async () => {
    const { run } = aShow();
    const { data, said, exitCode } = await run({ input: typed('expire', 'K7Q2M9XD A12') });
    expect(data).toContain('✓ IN ');
    expect(said).toContain('! Your session has expired.');
    expect(said).toContain('matinee login');
    expect(exitCode).toBe(4);
  });
});

describe('a door without its server', () => {
  /** Lets the server go down after the door was opened, and types. */
  async function cutOff(show: Show, ...lines: string[]) {
    async function* input() {
      show.server.isDown = true;
      yield* typed(...lines);
    }
    const ended = await show.run({ input: input() });
    show.server.isDown = false;
    return ended;
  }

  test('judges by its list, and keeps what it could not upload', async () => {
    const show = aShow();
    const { data, said, exitCode } = await cutOff(show, 'K7Q2M9XD A12', 'K7Q2M9XD A12', 'undo x');
    expect(data.replace(/(?<=first at )\d\d:\d\d/, '19:41')).toBe(
      '✓ IN    A12  Adult  K7Q2M9XD\n' +
        '  ! offline, judged by the list of 19:40\n' +
        '✗ ALREADY IN  A12  first at 19:41, device east-1\n' +
        '  ! offline, judged by the list of 19:40\n',
    );
    expect(said).toContain('The server does not respond; 1 scan waits here.');
    expect(exitCode).toBe(7);
    expect(waitingIn(show)).toMatchObject([{ code: 'K7Q2M9XD A12', deviceId: 'east-1' }]);
  });

  test('uploads at the next start, and names conflicts', async () => {
    const show = aShow();
    await cutOff(show, 'K7Q2M9XD A12');
    const [first, second] = [
      { deviceId: 'east-1', at: at('18:42') },
      { deviceId: 'west-2', at: at('18:45') },
    ];
    show.server.conflicts = [{ ...seat, reference: 'K7Q2M9XD', scans: [first, second], first }];
    show.server.results = [{ ...admitted, result: 'refused', reason: 'cancelled' }];
    const { said, exitCode } = await show.run({ input: typed('sync') });
    expect(said).toContain(
      '! Two people went in with A12 (K7Q2M9XD): east-1 at 19:42 was first, west-2 at 19:45.\n',
    );
    expect(said).toContain(
      '! A12 (K7Q2M9XD) went in at 19:50 offline, and should not have: Cancelled.\n',
    );
    expect(said).toContain('The server responds; 1 scan uploaded.');
    expect(exitCode).toBe(5);
    expect(waitingIn(show)).toEqual([]);
  });

  test('opens again by the end of the id, with the list that it has kept', async () => {
    const show = aShow();
    await cutOff(show, 'K7Q2M9XD A12');
    const name = show.showtimeId.slice(-6);
    expect((await show.run({ input: [], name })).exitCode).toBe(3);
    show.server.isDown = true;
    const { said, exitCode } = await show.run({ input: [], name });
    expect(said).toContain('Fri 2026-12-04 20:00 CET');
    expect(said).toMatch(/! offline, by the list of 19:40\n/);
    expect(exitCode).toBe(7);
  });

  test('does not open without a list', async () => {
    const show = aShow();
    show.server.isDown = true;
    const { data, exitCode } = await show.run({ input: typed('K7Q2M9XD A12') });
    expect({ data, exitCode }).toEqual({ data: '', exitCode: 7 });
  });

  test('has its scans uploaded by the door of the next show', async () => {
    const ended = aShow();
    ended.manifest.endTime = new Date(Date.now() + 50);
    await cutOff(ended, 'K7Q2M9XD A12');
    await expect.poll(() => Date.now() > ended.manifest.endTime.getTime()).toBe(true);
    const next = aShow();
    await next.run({ input: [] });
    expect(next.calls.find(({ path }) => path === 'checkIns.upload')?.input).toMatchObject({
      scans: [{ code: 'K7Q2M9XD A12', showtimeId: ended.showtimeId }],
    });
    expect(readdirSync(doorsFolder()).filter((name) => name.startsWith(ended.showtimeId))).toEqual(
      [],
    );
  });
});

describe('the file of a door', () => {
  test('belongs to one process, unless that has ended', async () => {
    const show = aShow();
    await show.run({ input: [] });
    const [name = ''] = readdirSync(doorsFolder()).filter((each) =>
      each.startsWith(show.showtimeId),
    );
    const lock = join(doorsFolder(), `${name}.lock`);
    writeFileSync(lock, String(process.ppid));
    const refused = await show.run({ input: [] });
    expect(refused.exitCode).toBe(2);
    expect(refused.said).toContain('is open already at device "east-1"');
    expect((await show.run({ input: [], flags: '--device east-2' })).exitCode).toBe(0);
    // The ids of processes end before this number.
    writeFileSync(lock, '99999999');
    expect((await show.run({ input: [] })).exitCode).toBe(0);
    expect(readdirSync(doorsFolder())).not.toContain(`${name}.lock`);
  });

  test('that cannot be written is reported, and the door goes on', async () => {
    const show = aShow();
    await show.run({ input: [] });
    const [name = ''] = readdirSync(doorsFolder()).filter((each) =>
      each.startsWith(show.showtimeId),
    );
    rmSync(join(doorsFolder(), name));
    mkdirSync(join(doorsFolder(), name));
    async function* input() {
      yield 'K7Q2M9XD A12\n';
      show.server.isDown = true;
      yield 'K7Q2M9XD A13\n';
    }
    const { data, said, exitCode } = await show.run({ input: input() });
    expect(data.match(/✓ IN/g)).toHaveLength(2);
    expect(said.match(/! Scans are lost if this command ends: EISDIR/g)).toHaveLength(1);
    expect(said).toContain('They are lost, because their file could not be written: EISDIR');
    expect(exitCode).toBe(7);
    rmSync(join(doorsFolder(), name), { recursive: true });
  });

  test('that is damaged is as good as none', async () => {
    const show = aShow();
    await show.run({ input: [] });
    const [name = ''] = readdirSync(doorsFolder()).filter((each) =>
      each.startsWith(show.showtimeId),
    );
    writeFileSync(join(doorsFolder(), name), '{"matinee-door');
    expect((await show.run({ input: typed('K7Q2M9XD A12') })).exitCode).toBe(0);
  });
});

test.each(['--device', '--gate'])('%s is not longer than the server takes', async (flag) => {
  const { exitCode, said } = await aShow().run({ flags: `${flag} ${'x'.repeat(101)}` });
  expect({ exitCode, said: said.split('\n')[0] }).toEqual({
    exitCode: 2,
    said: `error: ${flag} must have 1 to 100 characters.`,
  });
});
