import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aCinema, aCustomer, aShow, premiere } from './cinema.ts';
import type { Cinema } from './cinema.ts';
import { stable, steady } from './stable.ts';

/* The command in shells and scripts, and its messages. */

let cinema: Cinema;
/** The address of a server that has stopped. */
let deadUrl: string;
beforeAll(async () => {
  cinema = await aCinema();
  const gone = await aListener();
  deadUrl = gone.url;
  gone.server.close();
});
afterAll(() => cinema.close());

async function aListener(onConnection?: (socket: Socket) => void) {
  const server = createServer(onConnection);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const showtimeFlags = [
  ...['--movie-id', randomUUID(), '--theater-id', randomUUID(), '--price', 'cheap'],
  ...['--start-time', '2031-03-14T20:00+01:00', '--premium-price', '1.505', '--vip-price', 'free'],
];

describe('exit codes', () => {
  test.each([
    [0, ['whoami']],
    [2, ['movies', 'list', '--no-such-flag']],
    [2, ['movies', 'create', '--title', 'Only a title']],
    [3, ['movies', 'get', randomUUID()]],
    [4, ['whoami', '--token', 'worth nothing']],
    [6, ['movies', 'create', '--title', 'A', '--genre', 'B', '--duration-minutes', '0']],
  ])('%d for matinee %j', async (expected, args) => {
    const { code, out, err } = await cinema.binary.run(...args);
    expect(code).toBe(expected);
    expect(out === '').toBe(expected !== 0);
    expect(err === '').toBe(expected === 0);
  });

  test('7 if no server responds', async () => {
    const { code, err } = await cinema.binary.run('movies', 'list', '--url', deadUrl);
    expect({ code, hint: err.includes('matinee doctor') }).toEqual({ code: 7, hint: true });
  });

  test('5 for a conflict, which is reported', async () => {
    const { movie, theater, showtime } = await aShow(cinema);
    const terminal = cinema.binary.open([
      ...['showtimes', 'create', '--movie-id', movie.id, '--theater-id', theater.id],
      ...['--start-time', `${premiere.date}T21:00`, '--price', '10.00'],
    ]);
    expect(await terminal.ended).toBe(5);
    expect(terminal.screen()).toContain(showtime.id);
    await expect(stable(terminal.screen())).toMatchFileSnapshot('screens/overlap.txt');
  });

  test('1 if a show is not cancelled after all, with the bookings in the question', async () => {
    const { showtime, seatIds } = await aShow(cinema, 'Rex');
    const customer = await aCustomer(cinema, 'booked@example.com');
    for (const names of [['A1', 'A2'], ['D1']]) {
      const seats = { showtimeId: showtime.id, seatIds: seatIds(...names) };
      await customer.showtimes.lockSeats(seats);
      await customer.reservations.create(seats);
    }
    const terminal = cinema.binary.open(['showtimes', 'cancel', showtime.id], { columns: 120 });
    await terminal.shows('with 2 reservations (3 seats, 45.00 USD)?');
    terminal.type('n');
    expect(await terminal.ended).toBe(1);
    expect((await cinema.matinee.showtimes.get({ showtimeId: showtime.id })).cancelledAt).toBe(
      null,
    );
  });

  test('1 if the server refuses because of too many attempts', async () => {
    const busy = await aListener((socket) => {
      socket.once('data', () => socket.end(tooMany));
    });
    const { code } = await cinema.binary.runWith(
      { MATINEE_PASSWORD: 'a-password' },
      ...['login', '--email', 'ada@example.com', '--url', busy.url],
    );
    busy.server.close();
    expect(code).toBe(1);
  });
});

describe('a refused input', () => {
  test.each([
    ['movie', ['movies', 'create', '--title', '', '--genre', 'B', '--duration-minutes', '0']],
    ['showtime', ['showtimes', 'create', ...showtimeFlags]],
    ['theater', ['theaters', 'create', '--data', '{"name":"A","timezone":"UTC","rows":[{}]}']],
    ['report', ['reports', 'revenue', '--from', 'last week', '--group-by', 'hour']],
  ])('%s names its flags', async (name, args) => {
    const terminal = cinema.binary.open(args);
    expect(await terminal.ended).toBe(6);
    await expect(terminal.screen()).toMatchFileSnapshot(`screens/refused-${name}.txt`);
  });
});

describe('a name', () => {
  test('that nothing has is reported, with the ways to name it', async () => {
    const terminal = cinema.binary.open(['movies', 'get', 'The Fourth Man']);
    expect(await terminal.ended).toBe(3);
    await expect(terminal.screen()).toMatchFileSnapshot('screens/name-unknown.txt');
  });

  test('that several things have is answered with the choices', async () => {
    const film = { title: 'Nosferatu', genre: 'Horror', durationMinutes: 94 };
    for (const releaseDate of ['1922-03-04', '2024-12-25']) {
      await cinema.matinee.movies.create({ ...film, releaseDate });
    }
    const terminal = cinema.binary.open(['showtimes', 'list', '--movie-id', 'NOSFERATU']);
    expect(await terminal.ended).toBe(2);
    await expect(stable(terminal.screen())).toMatchFileSnapshot('screens/name-ambiguous.txt');
  });

  test.each([
    ['Ærøs søn', 'aeros son'],
    ['STRAẞE', 'strasse'],
    ['Łódź', 'LODZ'],
    ['Ὀδυσσεύς', 'οδυσσευσ'],
    ['ﬁlm noir', 'film noir'],
  ])('%s is found by %s, as the server searches', async (title, typed) => {
    const { id } = await cinema.matinee.movies.create({
      ...{ title, genre: 'Drama', durationMinutes: 94 },
    });
    const longer = `${title} II`;
    await cinema.matinee.movies.create({ title: longer, genre: 'Drama', durationMinutes: 94 });
    const { out } = await cinema.binary.run('movies', 'get', typed, '--json');
    expect(JSON.parse(out)).toMatchObject({ id });
  });
});

const refusal = JSON.stringify({
  error: {
    json: {
      message: 'Too many attempts. Try again later.',
      code: -32_029,
      data: {
        code: 'TOO_MANY_REQUESTS',
        httpStatus: 429,
        path: 'auth.login',
        appCode: 'RATE_LIMITED',
        details: { retryAfterSeconds: 900 },
        requestId: 'r',
      },
    },
  },
});
const tooMany = [
  'HTTP/1.1 429 Too Many Requests',
  'content-type: application/json',
  `content-length: ${refusal.length}`,
  'connection: close',
  '',
  refusal,
].join('\r\n');

describe('help', () => {
  test.each([
    ['help', []],
    ['help-movies', ['movies']],
    ['help-showtimes-create', ['showtimes', 'create']],
    ['help-reports-revenue', ['reports', 'revenue']],
    ['help-outbox', ['outbox']],
    ['help-outbox-retry', ['outbox', 'retry']],
    ['help-sites-update', ['sites', 'update']],
    ['help-price-lists-update', ['price-lists', 'update']],
    ['help-ticket-types-create', ['ticket-types', 'create']],
    ['help-desk-sell', ['desk', 'sell']],
    ['help-gate', ['gate']],
    ['help-check-ins-undo', ['check-ins', 'undo']],
    ['help-reservations-tickets', ['reservations', 'tickets']],
    ['help-payments', ['payments']],
    ['help-payments-refund', ['payments', 'refund']],
    ['help-incidents-list', ['incidents', 'list']],
  ])('%s fits 80 columns', async (name, args) => {
    const terminal = cinema.binary.open([...args, '--help']);
    expect(await terminal.ended).toBe(0);
    await expect(terminal.screen()).toMatchFileSnapshot(`screens/${name}.txt`);
  });

  test('suggests the probable command', async () => {
    const terminal = cinema.binary.openShell(
      'matinee movis list; matinee movies lst; matinee movies list --gener Drama',
    );
    await terminal.ended;
    await expect(terminal.screen()).toMatchFileSnapshot('screens/did-you-mean.txt');
  });
});

describe('a signal', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('%s ends a waiting command', async (signal) => {
    const silent = await aListener();
    const terminal = cinema.binary.open(['movies', 'list', '--url', silent.url]);
    const [socket] = (await once(silent.server, 'connection')) as [Socket];
    const stoppedAt = performance.now();
    if (signal === 'SIGINT') {
      terminal.type('\u0003');
    } else {
      terminal.kill(signal);
    }
    expect(await terminal.ended).toBe(signal === 'SIGINT' ? 130 : 143);
    expect(performance.now() - stoppedAt).toBeLessThan(1_000);
    socket.destroy();
    silent.server.close();
  });
});

describe('doctor', () => {
  test('finds no problem on a healthy server', async () => {
    const terminal = cinema.binary.open(['doctor']);
    expect(await terminal.ended).toBe(0);
    await expect(steady(terminal.screen())).toMatchFileSnapshot('screens/doctor.txt');
  });

  test('suggests what to do about a stopped server, with exit code 7', async () => {
    const terminal = cinema.binary.open(['doctor', '--url', deadUrl]);
    expect(await terminal.ended).toBe(7);
    await expect(stable(terminal.screen())).toMatchFileSnapshot('screens/doctor-dead.txt');
  });
});

describe('completion', () => {
  const scripts = new Map<string, string>();
  beforeAll(async () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      scripts.set(shell, (await cinema.binary.run('completion', shell)).out);
    }
  });

  test.each(['bash', 'zsh', 'fish'])('%s knows all groups and their flags', (shell) => {
    const script = scripts.get(shell) ?? '';
    for (const word of [
      'movies',
      'import',
      'showtimes',
      'reports',
      'popular-movies',
      'outbox',
      'doctor',
    ]) {
      expect(script).toContain(word);
    }
    expect(script).toContain('group-by');
  });

  test.each([
    ['matinee mov', ['movies']],
    ['matinee movies li', ['list']],
    ['matinee --profile x reports pop', ['popular-movies']],
    ['matinee reports revenue --gr', ['--group-by']],
    ['matinee movies list --url movies --sea', ['--search']],
    ['matinee outbox re', ['retry']],
    ['matinee outbox retry --d', ['--dead']],
  ])('bash completes "%s"', async (line, expected) => {
    const words = line.split(' ');
    const script = `${scripts.get('bash')}
COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}
_matinee; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const offered = execFileSync('bash', ['--norc', '-c', script], { encoding: 'utf8' });
    expect(offered.trim().split('\n')).toEqual(expected);
  });
});
