import { createHmac, randomUUID } from 'node:crypto';
import { procedureInfos } from '@matinee/api';
import {
  aGuest,
  anAdmin,
  anApiKey,
  aShowtime,
  aUser,
  days,
  hours,
  password,
} from '@matinee/api/testing';
import type { Person, Scene } from '@matinee/api/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mainSite, procedureRows, restOnly } from './procedures.ts';
import type { Access } from './procedures.ts';
import { startPayingServer } from './server.ts';
import type { TestServer } from './server.ts';
import { callRest, callTrpc } from './surfaces.ts';
import type { Call } from './surfaces.ts';
import { aWorld, rowsOfSeats, unknownId } from './world.ts';
import type { Input, World } from './world.ts';

let server: TestServer;
let scene: Scene;
/** For what changes nothing that others see. */
let publicWorld: World;
const keysOf = {} as Record<Scope, Record<'own' | 'other', string>>;
/** They call what does not use them up. */
let strangers: Strangers;
const otherSite = randomUUID();
beforeAll(async () => {
  server = await startPayingServer();
  scene = await aShowtime(server.app);
  await server.app.pool.query(
    `insert into sites (id, name, timezone, refund_policy)
     select $1, 'Another', timezone, refund_policy from sites where id = $2`,
    [otherSite, mainSite],
  );
  publicWorld = await aWorld(server);
  strangers = await someStrangers(staff);
  for (const scope of allScopes) {
    const [own, other] = [
      await anApiKey(server.app, [scope], mainSite),
      await anApiKey(server.app, [scope], otherSite),
    ];
    keysOf[scope] = { own: own.token, other: other.token };
  }
});
afterAll(() => server.close());

const rest = (route: string, call: Call) => callRest(server.url, route, call);
const trpc = (name: string, call: Call) => callTrpc(server.url, name, call);
const routeOf = (name: string) => procedureRows.find((row) => row.name === name)?.route ?? '';

test('every procedure has exactly one row in procedures.ts', () => {
  const names = procedureRows.map(({ name }) => name);
  expect([...procedureInfos.keys()].filter((name) => !names.includes(name))).toEqual([]);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test('every row in procedures.ts is a procedure, or something that only REST has', () => {
  const names = procedureRows.map(({ name }) => name);
  expect(names.filter((name) => !restOnly.has(name) && !procedureInfos.has(name))).toEqual([]);
});

test('the OpenAPI document has the routes and statuses of procedures.ts', async () => {
  const { paths } = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, { responses: object }>>;
  };
  const documented = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { responses }]) => {
      const successes = Object.keys(responses).filter((status) => /^20[01]$/.test(status));
      return `${method.toUpperCase()} ${path} ${successes.join()}`;
    }),
  );
  const expected = procedureRows.flatMap(({ route, status = 200 }) =>
    route === undefined ? [] : [`${route} ${status}`],
  );
  expect(documented.toSorted()).toEqual(expected.toSorted());
});

/** Roles at the world's site, and at another one. */
const staff = [
  ['gate', 'own'],
  ['box_office', 'own'],
  ['manager', 'own'],
  ['gate', 'other'],
  ['box_office', 'other'],
  ['manager', 'other'],
] as const;

const [anonymous, forbidden, absent] = [
  '401 AUTHENTICATION_REQUIRED',
  '403 FORBIDDEN',
  '404 NOT_FOUND',
];

/**
 * What the anonymous, the owner, another user, a guest, an administrator, and then `staff` get: `ok`,
 * or the refusal.
 */
const access: Record<Access, readonly string[]> = {
  P: ['ok', 'ok', 'ok', 'ok', 'ok', ...staff.map(() => 'ok')],
  U: [anonymous, 'ok', 'ok', 'ok', 'ok', ...staff.map(() => 'ok')],
  account: [anonymous, 'ok', 'ok', forbidden, 'ok', ...staff.map(() => 'ok')],
  own: [anonymous, 'ok', absent, absent, 'ok', ...staff.map(() => absent)],
  'own or staff': [
    ...[anonymous, 'ok', absent, absent, 'ok'],
    ...[forbidden, 'ok', 'ok', absent, absent, absent],
  ],
  'check in': [anonymous, forbidden, forbidden, forbidden, 'ok', ...atItsSite('check_in')],
  sell: [anonymous, forbidden, forbidden, forbidden, 'ok', ...atItsSite('read')],
  manage: [anonymous, forbidden, forbidden, forbidden, 'ok', ...atItsSite('manage')],
  'check in list': [anonymous, forbidden, forbidden, forbidden, 'ok', ...atAnySite('check_in')],
  'manage list': [anonymous, forbidden, forbidden, forbidden, 'ok', ...atAnySite('manage')],
  'read list': [anonymous, forbidden, forbidden, forbidden, 'ok', ...atAnySite('read')],
  A: [anonymous, forbidden, forbidden, forbidden, 'ok', ...staff.map(() => forbidden)],
};

/** For what is about one thing: refused to whoever has the right nowhere, absent at other sites. */
function atItsSite(right: Right): string[] {
  return staff.map(([role, site]) => {
    const outcome = site === 'own' ? 'ok' : absent;
    return hasRight(role, right) ? outcome : forbidden;
  });
}

/** For lists, which hold the caller's sites only. */
function atAnySite(right: Right): string[] {
  return staff.map(([role]) => (hasRight(role, right) ? 'ok' : forbidden));
}

type Right = 'manage' | 'read' | 'check_in';

function hasRight(role: (typeof staff)[number][0], right: Right): boolean {
  const rights = { manager: ['manage', 'read', 'check_in'], box_office: ['read', 'check_in'] };
  return (role === 'gate' ? ['check_in'] : rights[role]).includes(right);
}

/** A new member of staff. */
async function aMember([role, site]: (typeof staff)[number]): Promise<Person> {
  const person = await aUser(server.app);
  const siteId = site === 'own' ? mainSite : otherSite;
  await scene.admin.call.admin.staff.grant({ userId: person.id, siteId, role });
  return person;
}

const cases = procedureRows.map((row) => [row.name, row.route ?? '', row.access, row] as const);

/** Everybody may call what users may call, so two of the staff will do. */
const callsOf = <Caller>(level: Access, callers: readonly Caller[]) =>
  ['P', 'U', 'account'].includes(level) ? callers.slice(2, 4) : callers;

/** Who has nothing to do with a world. */
interface Strangers {
  other: Person;
  guest: Person;
  admin: Person;
  /** One for each of `staff`, or of those who call. */
  members: Person[];
}

async function someStrangers(callers: readonly (typeof staff)[number][]): Promise<Strangers> {
  const [other, guest, admin] = [
    await aUser(server.app),
    await aGuest(server.app),
    await anAdmin(server.app),
  ];
  return { other, guest, admin, members: await Promise.all(callers.map((each) => aMember(each))) };
}

/** A reading call changes nothing, and a refused one does not either: for all of them one world is enough. */
const reads = (name: string, route: string) =>
  procedureInfos.get(name)?.type === 'query' || route.startsWith('GET ');

describe.each(cases)('%s (%s, %s)', (name, route, level, { good, status: created = 200 }) => {
  const surfaces = [route === '' ? [] : ['REST'], restOnly.has(name) ? [] : ['tRPC']].flat();
  const isForOneself = level === 'U' || level === 'account';
  const isShared = level === 'P' || level === 'A' || level.endsWith('list');

  test.each(surfaces)('admits the right callers over %s', async (surface) => {
    const isReading = reads(name, route) && !isForOneself;
    const world = isReading ? publicWorld : await aWorld(server);
    const isUsedUp = isForOneself || name.startsWith('desk.');
    const { other, guest, admin, members } = isUsedUp
      ? await someStrangers(callsOf(level, staff))
      : { ...strangers, members: callsOf(level, strangers.members) };
    const common = await good(world);
    const places = isReading || isShared || level === 'manage' ? [] : await rowsOfSeats(server);
    // Users act for themselves, on a world of their own; else the things are those of the world's user.
    const inputOf = async (caller?: Person) =>
      good(
        isShared ? world : await aWorld(server, isForOneself ? caller : world.user, places.pop()),
      );
    const success = `${surface === 'REST' ? created : 200} ok`;
    const answers: string[] = [];
    const expected: string[] = [];
    for (const caller of [undefined, world.user, other, guest, admin, ...members]) {
      const wanted = access[level][answers.length] ?? '';
      const input = wanted === 'ok' && !isReading ? await inputOf(caller) : common;
      const authorization = caller && `Bearer ${caller.token}`;
      const call = { input, authorization };
      answers.push((await (surface === 'REST' ? rest(route, call) : trpc(name, call))).outcome);
      expected.push(wanted === 'ok' ? success : wanted);
    }
    expect(answers).toEqual(expected);
  });
});

/** The scope that a key needs; none: keys are refused. */
const scopes: Partial<Record<Access, Scope>> = {
  'own or staff': 'read',
  'check in': 'check_in',
  'check in list': 'check_in',
  sell: 'sell',
  manage: 'manage',
  'manage list': 'manage',
  'read list': 'read',
};
const otherScopes: Record<string, Scope> = {
  'reservations.cancel': 'sell',
  'desk.closeShift': 'sell',
};
type Scope = (typeof allScopes)[number];
const allScopes = ['manage', 'sell', 'read', 'check_in'] as const;

/** A drawer is a person's, who opens it. */
const drawers: Record<string, string> = {
  'desk.shift': '409 NO_OPEN_SHIFT',
  'desk.closeShift': '409 NO_OPEN_SHIFT',
  'desk.payOut': '409 NO_OPEN_SHIFT',
};

/** What a key gets that has one scope, at the world's site or at another. */
function keyOutcome(name: string, level: Access, scope: Scope, site: 'own' | 'other'): string {
  if (level === 'P') {
    return 'ok';
  }
  if (name === 'desk.openShift' || scope !== (otherScopes[name] ?? scopes[level])) {
    return forbidden;
  }
  return site === 'own' || level.endsWith('list') ? (drawers[name] ?? 'ok') : absent;
}

describe.each(cases)('an API key at %s (%s, %s)', (name, route, level, row) => {
  const surfaces = [route === '' ? [] : ['REST'], restOnly.has(name) ? [] : ['tRPC']].flat();
  const isForUsers = level !== 'P' && scopes[level] === undefined;
  const callers = (level === 'P' ? (['read'] as const) : allScopes).flatMap((scope) =>
    (level === 'P' || isForUsers ? (['own'] as const) : (['own', 'other'] as const)).map(
      (site) => [scope, site] as const,
    ),
  );

  test.each(surfaces)('may do what its scope opens over %s', async (surface) => {
    const isShared = level === 'P' || level.endsWith('list');
    const isReading = reads(name, route);
    const worldOf = () => (isShared || isReading ? publicWorld : aWorld(server));
    // Users' own procedures refuse a key before they look at the input.
    const refused = level === 'P' || isForUsers ? {} : await row.good(await worldOf());
    for (const [scope, site] of callers) {
      const wanted = keyOutcome(name, level, scope, site);
      // What is refused changes nothing: one world is enough for it.
      const input = wanted === 'ok' ? await row.good(await worldOf()) : refused;
      const call = { input, authorization: `Bearer ${keysOf[scope][site]}` };
      const { outcome } = await (surface === 'REST' ? rest(route, call) : trpc(name, call));
      const success = `${surface === 'REST' ? (row.status ?? 200) : 200} ok`;
      expect([scope, site, outcome]).toEqual([scope, site, wanted === 'ok' ? success : wanted]);
    }
  });
});

describe('a token', () => {
  const secret = 'only-for-tests-'.repeat(3);
  const now = () => Math.floor(Date.now() / 1000);
  const read = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString()) as Input;
  /** A token with other claims, signed in another way. */
  const forge = (token: string, claims: Input = {}, { key = secret, alg = 'HS256' } = {}) => {
    const [header, payload] = token
      .split('.')
      .slice(0, 2)
      .map((part) => read(part));
    const parts = [
      { ...header, alg },
      { ...payload, ...claims },
    ];
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const head = parts.map(encode).join('.');
    const hash = { HS256: 'sha256', HS512: 'sha512' }[alg];
    return `${head}.${hash ? createHmac(hash, key).update(head).digest('base64url') : ''}`;
  };
  const bearer = (token: string) => `Bearer ${token}`;

  const bad: [string, string, (person: Person) => string | Promise<string>][] = [
    ['that is garbage', 'TOKEN_INVALID', () => 'Bearer garbage'],
    ['that is empty', 'TOKEN_INVALID', () => 'Bearer'],
    ['of another scheme', 'TOKEN_INVALID', () => 'Basic dXNlcjpwYXNzd29yZA=='],
    [
      'signed with another secret',
      'TOKEN_INVALID',
      ({ token }) => bearer(forge(token, {}, { key: 'another-secret-'.repeat(3) })),
    ],
    [
      'without a signature',
      'TOKEN_INVALID',
      ({ token }) => bearer(forge(token, {}, { alg: 'none' })),
    ],
    [
      'of another algorithm',
      'TOKEN_INVALID',
      ({ token }) => bearer(forge(token, {}, { alg: 'HS512' })),
    ],
    [
      'of a session that never was',
      'TOKEN_INVALID',
      ({ token }) => bearer(forge(token, { sid: randomUUID() })),
    ],
    [
      'of another user’s session',
      'TOKEN_INVALID',
      async ({ token }) => bearer(forge(token, { user_id: (await aUser(server.app)).id })),
    ],
    ['without an end', 'TOKEN_INVALID', ({ token }) => bearer(forge(token, { exp: undefined }))],
    [
      'that has expired by its own claim',
      'TOKEN_EXPIRED',
      ({ token }) => bearer(forge(token, { iat: now() - 7_200, exp: now() - 3_600 })),
    ],
    [
      'that has expired, with a session that was swept',
      'TOKEN_EXPIRED',
      ({ token }) => bearer(forge(token, { sid: randomUUID(), exp: now() - 60 })),
    ],
    [
      'whose session has expired in the database',
      'TOKEN_EXPIRED',
      async ({ id, token }) => {
        const past = `update sessions set expires_at = date_trunc('milliseconds', clock_timestamp()) where user_id = $1`;
        await server.app.pool.query(past, [id]);
        return bearer(token);
      },
    ],
    [
      'that was logged out',
      'TOKEN_INVALID',
      async ({ token, call }) => {
        await call.auth.logout();
        return bearer(token);
      },
    ],
    [
      'of a disabled account',
      'TOKEN_INVALID',
      async ({ id, token }) => {
        await scene.admin.call.admin.users.disable({ userId: id });
        return bearer(token);
      },
    ],
  ];

  test.each(bad)('%s is refused with %s, on public procedures too', async (_name, code, make) => {
    const authorization = await make(await aUser(server.app));
    const names = ['auth.me', 'movies.list', 'admin.status', 'showtimes.onSeatsChanged'];
    for (const name of [...names, 'showtimes.events', 'api.index']) {
      const route = routeOf(name);
      const input = /onSeats|events/.test(name) ? { showtimeId: scene.showtime.id } : {};
      const answers = restOnly.has(name) ? [] : [await trpc(name, { input, authorization })];
      answers.push(...(route === '' ? [] : [await rest(route, { input, authorization })]));
      for (const { outcome, headers } of answers) {
        expect([name, outcome]).toEqual([name, `401 ${code}`]);
        // A stream of tRPC's reports the refusal in its first event, after its headers.
        expect(headers.get('www-authenticate')).toBe(route === '' ? null : 'Bearer');
      }
    }
    const { email } = await aUser(server.app);
    const login = { input: { email, password }, authorization };
    const register = { input: { email: `${randomUUID()}@a.org`, password }, authorization };
    expect((await rest('POST /auth/login', login)).outcome).toBe('200 ok');
    expect((await trpc('auth.login', login)).outcome).toBe('200 ok');
    expect((await rest('POST /auth/register', register)).outcome).toBe('201 ok');
  });
});

describe('the first failure answers', () => {
  const probe = async (name: string, caller: Person | undefined, input: Input) => {
    const authorization = caller && `Bearer ${caller.token}`;
    const answers = [
      await rest(routeOf(name), { input, authorization }),
      await trpc(name, { input, authorization }),
    ];
    return [...new Set(answers.map(({ outcome }) => outcome))].join(' but over tRPC ');
  };

  test.each(['/api/v1/movies', '/trpc/movies.create'])(
    '%s: the body before the token',
    async (path) => {
      const send = async (type: string, body: string) => {
        const headers = { authorization: 'Bearer garbage', 'content-type': type };
        return (await fetch(server.url + path, { method: 'POST', headers, body })).status;
      };
      expect(await send('application/json', '{"title":')).toBe(400);
      expect(await send('application/json', `"${'x'.repeat(3_000_000)}"`)).toBe(413);
      expect(await send('text/plain', '{}')).toBe(415);
    },
  );

  test('the token before the role', async () => {
    expect(await probe('movies.create', undefined, {})).toBe('401 AUTHENTICATION_REQUIRED');
  });

  test('the role before the input', async () => {
    const user = await aUser(server.app);
    expect(await probe('movies.create', user, { title: 1 })).toBe('403 FORBIDDEN');
    expect(await probe('admin.users.list', user, { limit: 0 })).toBe('403 FORBIDDEN');
  });

  test.each([
    ['movies.update', { movieId: unknownId, title: '' }],
    ['showtimes.update', { showtimeId: unknownId, price: 12.5 }],
    ['movies.showtimes', { movieId: unknownId, cursor: 'bad' }],
    ['movies.showtimes', { movieId: unknownId, from: '2026-02-02', to: '2026-02-01' }],
  ])('%s %o: the input before existence', async (name, input) => {
    expect(await probe(name, scene.admin, input)).toBe('400 VALIDATION_ERROR');
  });

  test('existence before the state', async () => {
    const { admin, showtime } = await aShowtime(server.app, { startsIn: -hours(1) });
    const { id: showtimeId } = (await aShowtime(server.app)).showtime;
    await admin.call.showtimes.cancel({ showtimeId, reason: 'Flood' });
    const seats = { showtimeId: showtime.id, seatIds: [unknownId] };
    expect(await probe('showtimes.lockSeats', admin, seats)).toBe('404 NOT_FOUND');
    expect(await probe('reservations.create', admin, seats)).toBe('404 NOT_FOUND');
    const moved = { showtimeId, movieId: unknownId };
    expect(await probe('showtimes.update', admin, moved)).toBe('404 NOT_FOUND');
  });

  test('the state before a conflict', async () => {
    const { admin, showtime, seatIds } = await aShowtime(server.app, { seats: 11 });
    const taken = { showtimeId: showtime.id, seatIds: seatIds.slice(0, 1) };
    await (await aUser(server.app)).call.showtimes.lockSeats(taken);
    const tooMany = { showtimeId: showtime.id, seatIds };
    expect(await probe('showtimes.lockSeats', admin, tooMany)).toBe('422 SEAT_LIMIT_EXCEEDED');
    const started = await aShowtime(server.app, { startsIn: -hours(1) });
    const unlocked = { showtimeId: started.showtime.id, seatIds: started.seatIds };
    expect(await probe('reservations.create', admin, unlocked)).toBe('422 SHOWTIME_STARTED');
    expect(await probe('showtimes.extendLock', admin, unlocked)).toBe('422 SHOWTIME_STARTED');
    await admin.call.showtimes.cancel({ showtimeId: showtime.id, reason: 'Flood' });
    const stale = { showtimeId: showtime.id, revision: 1_000 };
    expect(await probe('showtimes.update', admin, stale)).toBe('422 SHOWTIME_CANCELLED');
  });

  test('one’s own before the state: ALREADY_CANCELLED before SHOWTIME_STARTED', async () => {
    const { showtime, seatIds } = await aShowtime(server.app, { startsIn: days(2) });
    const [owner, other] = [await aUser(server.app), await aUser(server.app)];
    const input = { showtimeId: showtime.id, seatIds: seatIds.slice(0, 1) };
    await owner.call.showtimes.lockSeats(input);
    const { id: reservationId } = await owner.call.reservations.create(input);
    await owner.call.reservations.cancel({ reservationId });
    const started = `update showtimes set start_time = date_trunc('milliseconds', clock_timestamp()) where id = $1`;
    await server.app.pool.query(started, [showtime.id]);
    const cancelled = '422 ALREADY_CANCELLED';
    expect(await probe('reservations.cancel', owner, { reservationId })).toBe(cancelled);
    expect(await probe('reservations.cancel', other, { reservationId })).toBe('404 NOT_FOUND');
  });
});
