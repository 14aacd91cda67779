import { PassThrough } from 'node:stream';
import type { Matinee } from '@matinee/sdk';
import { expect, test, vi } from 'vitest';
import { fakeMatinee } from '../../test/fake-matinee.ts';
import { useOwnConfig } from '../../test/own-config.ts';
import { run } from '../run.ts';

const fake = vi.hoisted(() => ({ matinee: undefined as unknown }));
vi.mock('@matinee/sdk', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  createMatinee: () => fake.matinee as Matinee,
}));

useOwnConfig();

const [movieId, theaterId, house] = ['c1', 'c2', 'c3'].map(
  (end) => `00000000-0000-7000-8000-0000000000${end}`,
);
const showtime = {
  id: 's1',
  movie: { id: movieId, title: 'Heat' },
  theater: { id: theaterId, name: 'One', timezone: 'UTC' },
  startTime: new Date('2031-03-14T20:00:00Z'),
  endTime: new Date('2031-03-14T22:50:00Z'),
  price: '12.00',
  seatTypePrices: {},
  currency: 'EUR',
  availability: { total: 2, available: 2 },
  cancelledAt: null,
};

/** Creates a show whose prices are asked for. Each step waits for text on the screen, then types. */
async function create(lists: object[], steps: readonly (readonly [seen: string, typed: string])[]) {
  const { matinee, calls } = fakeMatinee({
    'theaters.get': () => showtime.theater,
    'priceLists.list': () => lists,
    'showtimes.create': () => showtime,
  });
  fake.matinee = matinee;
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  const talk = Object.assign(new PassThrough(), { isTTY: true, columns: 100, rows: 40 });
  let screen = '';
  talk.on('data', (chunk: Buffer) => {
    screen += chunk.toString();
  });
  const env = { MATINEE_TOKEN: 'token', MATINEE_URL: 'http://127.0.0.1:9', NO_COLOR: '1' };
  const start = '--start-time 2031-03-14T20:00';
  const line = `showtimes create --movie-id ${movieId} --theater-id ${theaterId} ${start}`;
  const ended = run(line.split(' '), { input, output: { write: () => true }, talk, env });
  for (const [seen, typed] of steps) {
    await vi.waitFor(() => expect(screen).toContain(seen), { timeout: 15_000 });
    input.write(typed);
  }
  expect(await ended).toBe(0);
  return { screen, sent: calls.find(({ path }) => path === 'showtimes.create')?.input };
}

test('a list is offered before a price', async () => {
  const { sent, screen } = await create(
    [{ id: house, name: 'House' }],
    [['Price list House', '\r']],
  );
  expect(sent).toMatchObject({ priceListId: house });
  expect(sent).not.toHaveProperty('price');
  expect(screen).not.toContain('Price of a seat');
});

test('a show may have a price of its own', async () => {
  const down = '\u001b[B';
  const { sent } = await create(
    [{ id: house, name: 'House' }],
    [
      ['Price list House', `${down}\r`],
      ['Price of a seat', '9.00\r'],
    ],
  );
  expect(sent).toMatchObject({ price: '9.00' });
  expect(sent).not.toHaveProperty('priceListId');
});

test('without lists, only the price is asked for', async () => {
  const { sent, screen } = await create([], [['Price of a seat', '9.00\r']]);
  expect(sent).toMatchObject({ price: '9.00' });
  expect(screen).not.toContain('Which prices?');
});
