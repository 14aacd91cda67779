import { MatineeError } from '@matinee/sdk';
import type { Matinee } from '@matinee/sdk';
import { describe, expect, test, vi } from 'vitest';
import { fakeMatinee } from '../../test/fake-matinee.ts';
import { useOwnConfig } from '../../test/own-config.ts';
import { runFake } from '../../test/run-fake.ts';

const fake = vi.hoisted(() => ({ matinee: undefined as unknown }));
vi.mock('@matinee/sdk', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  createMatinee: () => fake.matinee as Matinee,
}));

useOwnConfig();

const idOf = (ending: string) => `019adcf0-0000-7000-8000-${ending.padStart(12, '0')}`;
const aMovie = (ending: string, title: string, releaseDate: string | null = null) => ({
  id: idOf(ending),
  title,
  releaseDate,
  genre: 'Drama',
  durationMinutes: 90,
  revision: 1,
});
const movies = [
  aMovie('aaaa01', 'Heat', '1995-12-15'),
  aMovie('aaaa02', 'Heathers', '1989-03-31'),
  aMovie('aaaa03', 'Nosferatu', '1922-03-04'),
  aMovie('aaaa04', 'Nosferatu', '2024-12-25'),
  aMovie('aaaa05', 'Le Fabuleux Destin d’Amélie Poulain'),
  aMovie('aaaa06', 'The Facade'),
];
const theaters = [
  { id: idOf('bbbb01'), name: 'Großes Haus', timezone: 'Europe/Berlin' },
  { id: idOf('bbbb02'), name: 'Grand Hall', timezone: 'UTC' },
];
const users = [
  { id: idOf('cccc01'), email: 'Ada@example.com', role: 'user' },
  { id: idOf('cccc02'), email: 'ada@example.com.au', role: 'user' },
];
const at = new Date('2026-12-24T19:00:00Z');
const reservation = {
  id: idOf('dddd01'),
  reference: 'K7WQ3MXA',
  status: 'confirmed',
  showtime: { id: 's', startTime: at, endTime: at, movie: movies[0], theater: theaters[0] },
  seats: [],
  totalPrice: '0.00',
  currency: 'EUR',
  createdAt: at,
};

interface Filter {
  search?: string;
  idEndsWith?: string;
  email?: string;
}

const page = (items: unknown[]) => ({ items, nextCursor: null });
const byId = (all: readonly { id: string }[], { idEndsWith = '' }: Filter) =>
  page(all.filter(({ id }) => id.endsWith(idEndsWith.toLowerCase())));

/** The lists as the server filters them. `search` is checked against the server elsewhere. */
const answers = {
  'movies.list': (filter: Filter) =>
    filter.search === undefined
      ? byId(movies, filter)
      : movies.filter(({ title }) => fold(title).includes(fold(filter.search ?? ''))),
  'movies.get': ({ movieId }: { movieId: string }) => movies.find(({ id }) => id === movieId),
  'movies.delete': ({ movieId }: { movieId: string }) => ({ id: movieId, archived: false }),
  'theaters.list': (filter: Filter) =>
    filter.idEndsWith === undefined ? theaters : byId(theaters, filter),
  'showtimes.list': (filter: Filter) => (filter.idEndsWith === undefined ? [] : byId([], filter)),
  'admin.users.list': (filter: Filter) =>
    filter.email === undefined
      ? byId(users, filter)
      : users.filter(({ email }) => email.toLowerCase().includes(filter.email ?? '')),
  'admin.users.promote': ({ userId }: { userId: string }) => users.find(({ id }) => id === userId),
  'reservations.list': () => page([reservation]),
  'reservations.get': () => reservation,
  'admin.reservations.list': () => page([reservation]),
};

function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

async function against(line: readonly string[], changed: Parameters<typeof fakeMatinee>[0] = {}) {
  const { matinee, calls } = fakeMatinee({ ...answers, ...changed });
  fake.matinee = matinee;
  return { ...(await runFake(line)), calls };
}

/** The id that the last call was made with. */
async function idFor(...line: string[]): Promise<unknown> {
  const { calls, exitCode, said } = await against([...line, '--json']);
  return exitCode === 0 ? Object.values(calls.at(-1)?.input ?? {})[0] : said;
}

describe('a movie', () => {
  test.each([
    ['heat', 'aaaa01'],
    [' HEATH ', 'aaaa02'],
    ['amelie', 'aaaa05'],
    ['aaaa03', 'aaaa03'],
    ['0AAAA04', 'aaaa04'],
    ['facade', 'aaaa06'],
  ])('is found by %s', async (text, ending) => {
    expect(await idFor('movies', 'get', text)).toBe(idOf(ending));
  });

  test('costs no look-up by a whole id', async () => {
    const { calls } = await against(['movies', 'get', idOf('aaaa01'), '--json']);
    expect(calls.map(({ path }) => path)).toEqual(['movies.get']);
  });

  test('is not chosen if several fit; they are listed by the ends of their ids', async () => {
    expect(await against(['movies', 'get', 'nosferatu'])).toMatchObject({
      exitCode: 2,
      data: '',
      said:
        'error: "nosferatu" fits 2 movies:\n' +
        '  aaaa03  Nosferatu (1922)\n' +
        '  aaaa04  Nosferatu (2024)\n' +
        'Name one of them by the end of its id, in the first column.\n',
    });
  });

  test('is not found if none fits', async () => {
    const { exitCode, said } = await against(['movies', 'get', 'Alien']);
    expect({ exitCode, said }).toEqual({
      exitCode: 3,
      said:
        'error: There is no movie "Alien".\n' +
        'Name the movie by its title, its id, or the end of its id.\n',
    });
  });

  test('is deleted by its whole title only', async () => {
    const part = await against(['movies', 'delete', 'heath', '--yes']);
    expect(part.exitCode).toBe(3);
    expect(part.said).toContain('Similar:\n  aaaa02  Heathers (1989)\n');
    expect(await idFor('movies', 'delete', 'heathers', '--yes')).toBe(idOf('aaaa02'));
    expect(await idFor('movies', 'delete', 'aaaa04', '--yes')).toBe(idOf('aaaa04'));
  });

  test('and a theater are found in the flags of a list', async () => {
    const flags = ['--movie-id', 'heat', '--theater-id', 'grosses haus'];
    const { calls } = await against(['showtimes', 'list', ...flags]);
    expect(calls.at(-1)).toEqual({
      path: 'showtimes.list',
      input: { movieId: idOf('aaaa01'), theaterId: idOf('bbbb01') },
    });
  });
});

describe('an account', () => {
  test.each([
    ['ada@EXAMPLE.com', 'cccc01'],
    ['cccc02', 'cccc02'],
  ])('is found by %s', async (text, ending) => {
    expect(await idFor('users', 'promote', text)).toBe(idOf(ending));
  });

  test.each(['ada', 'da@example.com', 'cccc03'])('is not found by %s', async (text) => {
    expect((await against(['users', 'promote', text])).exitCode).toBe(3);
  });
});

describe('a reservation', () => {
  test('is one’s own by its reference', async () => {
    const { calls } = await against(['reservations', 'get', 'k7wq3mxa', '--json']);
    expect(calls).toEqual([
      { path: 'reservations.list', input: { reference: 'k7wq3mxa' } },
      { path: 'reservations.get', input: { reservationId: reservation.id } },
    ]);
  });

  test('is that of a customer for an administrator, and not found for others', async () => {
    const none = { 'reservations.list': () => page([]) };
    const admin = await against(['reservations', 'get', 'K7WQ3MXA', '--json'], none);
    expect(admin.calls.at(-1)?.input).toEqual({ reservationId: reservation.id });
    const customer = await against(['reservations', 'get', 'K7WQ3MXA'], {
      ...none,
      'admin.reservations.list': () => {
        throw forbidden();
      },
    });
    expect(customer.exitCode).toBe(3);
    expect(customer.said).toContain('There is no reservation "K7WQ3MXA".');
  });

  test('is not looked for by what is no reference', async () => {
    const { calls, exitCode } = await against(['reservations', 'get', 'O0I1']);
    expect({ calls, exitCode }).toEqual({ calls: [], exitCode: 3 });
  });
});

test('the subject of an entry may be a thing of any kind', async () => {
  const lists = { 'admin.outbox.list': () => page([]), 'admin.audit.list': () => [] };
  const subjectOf = async (text: string) => {
    const { calls } = await against(['audit', '--subject', text], lists);
    return calls.at(-1)?.input;
  };
  expect(await subjectOf('bbbb02')).toEqual({ subject: idOf('bbbb02') });
  expect(await subjectOf('ada@example.com')).toEqual({ subject: idOf('cccc01') });
});

test('a ticket type is found by its code before another type of that name', async () => {
  const [child, other] = [idOf('eeee01'), idOf('eeee02')];
  const lists = {
    'ticketTypes.list': () => [
      { id: other, code: 'family-child', name: 'Child' },
      { id: child, code: 'child', name: 'Child' },
    ],
    'ticketTypes.delete': ({ ticketTypeId }: { ticketTypeId: string }) => ({
      id: ticketTypeId,
      archived: true,
    }),
  };
  const { calls } = await against(['ticket-types', 'delete', 'CHILD', '--yes'], lists);
  expect(calls.at(-1)).toEqual({ path: 'ticketTypes.delete', input: { ticketTypeId: child } });
});

function forbidden(): Error {
  const facts = { code: 'FORBIDDEN', status: 403, details: {}, message: 'No.', requestId: 'r' };
  return new MatineeError(facts as unknown as ConstructorParameters<typeof MatineeError>[0]);
}
