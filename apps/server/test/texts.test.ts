import { randomUUID } from 'node:crypto';
import { password } from '@matinee/api/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { procedureRows } from './procedures.ts';
import { startPayingServer } from './server.ts';
import type { TestServer } from './server.ts';
import { callRest, callTrpc } from './surfaces.ts';
import { aWorld, movie, newMovie, newTheater, show, theater } from './world.ts';
import type { Input, World } from './world.ts';

/* Texts of other people: one form, and nothing in them that a person cannot see. */

let server: TestServer;
let world: World;
beforeAll(async () => {
  server = await startPayingServer();
  world = await aWorld(server);
});
afterAll(() => server.close());

const register = () => ({ email: `${randomUUID()}@example.com`, password });
const rows = (label: string) => [{ label, seats: 3 }];

/** Where a text of a person enters: the procedure, the field, and an input with this text in it. */
const kinds: [name: string, field: string, inputOf: (text: string) => Input][] = [
  ['auth.register', 'email', (text) => ({ ...register(), email: `${text}@example.com` })],
  ['auth.register', 'firstName', (text) => ({ ...register(), firstName: text })],
  ['auth.register', 'lastName', (text) => ({ ...register(), lastName: text })],
  ['auth.updateMe', 'firstName', (text) => ({ firstName: text })],
  ['movies.create', 'title', (text) => ({ ...newMovie(), title: text })],
  ['movies.create', 'genre', (text) => ({ ...newMovie(), genre: text })],
  ['movies.create', 'contentRating', (text) => ({ ...newMovie(), contentRating: text })],
  ['movies.create', 'description', (text) => ({ ...newMovie(), description: text })],
  ['movies.update', 'title', (text) => ({ ...movie(world), title: text })],
  ['movies.update', 'description', (text) => ({ ...movie(world), description: text })],
  ['theaters.create', 'name', (text) => ({ ...newTheater(), name: text })],
  ['theaters.create', 'rows.0.label', (text) => ({ ...newTheater(), rows: rows(text) })],
  ['theaters.update', 'name', (text) => ({ ...theater(world), name: text })],
  [
    'admin.webhooks.create',
    'url',
    (text) => ({ url: `https://example.com/${text}`, events: ['*'] }),
  ],
  ['showtimes.cancel', 'reason', (text) => ({ ...show(world), reason: text })],
];

const call = async (surface: string, name: string, input: Input) => {
  const authorization = `Bearer ${world.admin.token}`;
  const route = procedureRows.find((row) => row.name === name)?.route ?? '';
  if (surface === 'REST') {
    const { outcome, body } = await callRest(server.url, route, { input, authorization });
    return { outcome, message: body.error?.message, value: body.data };
  }
  const { outcome, failure, value } = await callTrpc(server.url, name, { input, authorization });
  return { outcome, message: failure?.message, value };
};

const surfaces = ['REST', 'tRPC'];
const hidden = [
  ['Escape', 'a\u001b[2Jb'],
  ['BEL', 'a\u0007b'],
  ['NUL', 'a\u0000b'],
  ['a control of C1', 'a\u009bb'],
  ['an override of the direction', 'a\u202eb'],
  ['a space without width', 'a\u200bb'],
  ['a soft hyphen', 'a\u00adb'],
] as const;

describe.each(surfaces)('over %s', (surface) => {
  describe.each(kinds)('%s refuses in %s', (name, field, inputOf) => {
    test.each(hidden)('%s', async (_what, text) => {
      const { outcome, message } = await call(surface, name, inputOf(text));
      expect(outcome).toBe('400 VALIDATION_ERROR');
      expect(message).toContain(field);
      expect(message).toMatch(/must not contain control or invisible|cannot be stored/);
    });
  });

  test('a description keeps its lines, and a title has none', async () => {
    const description = 'One\n\tTwo\r\nThree';
    const made = await call(surface, 'movies.create', { ...newMovie(), description });
    expect(made.value).toMatchObject({ description });
    const refused = await call(surface, 'movies.create', { ...newMovie(), title: 'One\nTwo' });
    expect(refused.outcome).toBe('400 VALIDATION_ERROR');
  });

  test('what is stored is in NFC, and either form finds it', async () => {
    const word = `Ame\u0301lie ${randomUUID()}`;
    const movieInput = { ...newMovie(), title: word, genre: word };
    const made = await call(surface, 'movies.create', movieInput);
    expect(made.value).toMatchObject({ title: word.normalize(), genre: word.normalize() });
    for (const form of ['NFC', 'NFD']) {
      const text = word.normalize(form).toUpperCase();
      for (const filter of [{ search: text }, { genre: text }]) {
        const { value } = await call(surface, 'movies.list', filter);
        expect(value).toMatchObject({ items: [{ title: word.normalize() }] });
      }
    }
  });

  test('an address is one account in either form', async () => {
    const email = `e\u0301-${randomUUID()}@example.com`;
    const made = await call(surface, 'auth.register', { ...register(), email });
    expect(made.value).toMatchObject({ user: { email: email.normalize() } });
    for (const form of ['NFC', 'NFD']) {
      const same = email.normalize(form).toUpperCase();
      const again = await call(surface, 'auth.register', { ...register(), email: same });
      expect(again.outcome).toBe('409 EMAIL_TAKEN');
      const { value } = await call(surface, 'auth.login', { email: same, password });
      expect(value).toMatchObject({ user: { email: email.normalize() } });
    }
  });

  test('a row has one label in either form', async () => {
    const two = [...rows('E\u0301'), ...rows('\u00c9')];
    const { outcome, message } = await call(surface, 'theaters.create', {
      ...newTheater(),
      rows: two,
    });
    expect([outcome, message]).toEqual([
      '400 VALIDATION_ERROR',
      expect.stringContaining('is the label of another row'),
    ]);
  });

  test('a filter is not refused for what it contains', async () => {
    const filter = { search: 'a\u202eb\u001b', genre: 'a\u200bb' };
    expect((await call(surface, 'movies.list', filter)).value).toMatchObject({ items: [] });
  });
});

test('an account of before keeps its address, whatever is in it', async () => {
  const { email } = world.user;
  const stored = `a\u200b${email}`;
  await world.app.pool.query('update users set email = $1 where email = $2', [stored, email]);
  const { value } = await call('REST', 'auth.login', { email: stored, password });
  expect(value).toMatchObject({ user: { email: stored } });
});
