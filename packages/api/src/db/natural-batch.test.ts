import { expect, test } from 'vitest';
import { NaturalBatch, NotSent } from './natural-batch.ts';
import type { BatchOptions } from './natural-batch.ts';

/** A round trip that the test ends. */
interface Trip {
  calls: readonly string[];
  succeed: (results?: string[]) => void;
  fail: (reason?: unknown) => void;
}

/** A batch of calls such as `ada:1`, whose owner is `ada`, and the trips that it has begun. */
function aBatch(options: Partial<BatchOptions<string, string>> = {}) {
  const trips: Trip[] = [];
  const alone: Trip[] = [];
  const travel = (list: Trip[], calls: readonly string[]) =>
    new Promise<string[]>((resolve, reject) => {
      list.push({
        calls,
        succeed: (results = calls.map((call) => `${call} done`)) => resolve(results),
        fail: (reason = new Error(`${calls.join()} failed`)) => reject(reason as Error),
      });
    });
  const batch = new NaturalBatch<string, string>({
    most: 4,
    places: 1,
    together: (calls) => travel(trips, calls),
    alone: async (call) => (await travel(alone, [call]))[0] ?? '',
    ...options,
  });
  return { batch, trips, alone };
}

const ownerOf = (call: string) => call.split(':')[0] ?? '';

/** What has been awaited so far has gone on. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

const callsOf = (trips: Trip[]) => trips.map(({ calls }) => calls);

test('a call goes immediately, alone, while a place is free', async () => {
  const { batch, trips } = aBatch({ places: 2 });
  const results = [batch.run('a'), batch.run('b')];

  expect(callsOf(trips)).toEqual([['a'], ['b']]);
  trips.forEach(({ succeed }) => succeed());
  expect(await Promise.all(results)).toEqual(['a done', 'b done']);
});

test('calls that arrive while all places are taken travel together, in their order', async () => {
  const { batch, trips } = aBatch();
  const results = ['a', 'b', 'c', 'd'].map((call) => batch.run(call));
  expect(callsOf(trips)).toEqual([['a']]);
  expect(batch.figures).toEqual({ batches: 1, calls: 1, alone: 0, waiting: 3 });

  trips[0]?.succeed();
  await settled();
  expect(callsOf(trips)).toEqual([['a'], ['b', 'c', 'd']]);

  trips[1]?.succeed();
  expect(await Promise.all(results)).toEqual(['a done', 'b done', 'c done', 'd done']);
  expect(batch.figures).toEqual({ batches: 2, calls: 4, alone: 0, waiting: 0 });
});

test('a batch has at most so many calls', async () => {
  const { batch, trips } = aBatch({ most: 2 });
  const results = ['a', 'b', 'c', 'd'].map((call) => batch.run(call));
  for (let trip = 0; trip < 3; trip += 1) {
    trips[trip]?.succeed();
    await settled();
  }

  expect(callsOf(trips)).toEqual([['a'], ['b', 'c'], ['d']]);
  await Promise.all(results);
});

/** `ada:1@hamlet` is about `hamlet`. */
const groupOf = (call: string) => call.split('@')[1] ?? '';

test('a crowd about one thing has a share of a batch while others are there', async () => {
  const { batch, trips } = aBatch({ most: 6, groupOf });
  const first = batch.run('0@z');
  const crowd = ['1@x', '2@x', '3@x', '4@x', '5@x', '6@x', '7@x'].map((call) => batch.run(call));
  const others = ['8@y', '9@z'].map((call) => batch.run(call));
  for (let trip = 0; trip < 4; trip += 1) {
    trips[trip]?.succeed();
    await settled();
  }

  expect(callsOf(trips)).toEqual([
    ['0@z'],
    ['1@x', '2@x', '8@y', '9@z'],
    // The others have had their answers, and are about to call again.
    ['3@x', '4@x'],
    ['5@x', '6@x', '7@x'],
  ]);
  await Promise.all([first, ...crowd, ...others]);
});

test('crowds among themselves fill batches, and take turns', async () => {
  const { batch, trips } = aBatch({ groupOf });
  const first = batch.run('0');
  const crowds = ['1@x', '2@x', '3@x', '4@y', '5@y', '6@y'].map((call) => batch.run(call));
  trips[0]?.succeed();
  await settled();
  // The very first call was no crowd.
  expect(trips[1]?.calls).toEqual(['1@x', '2@x', '4@y', '5@y']);

  const more = ['7@x', '8@x', '9@y', '10@y'].map((call) => batch.run(call));
  trips[1]?.succeed();
  await settled();
  expect(trips[2]?.calls).toEqual(['3@x', '6@y', '7@x', '9@y']);

  trips[2]?.succeed();
  await settled();
  trips[3]?.succeed();
  await Promise.all([first, ...crowds, ...more]);
});

test('a call that is chosen waits for an earlier one of its owner', async () => {
  const { batch, trips } = aBatch({ groupOf, ownerOf });
  const crowd = ['a:1@x', 'b:1@x', 'c:1@x', 'd:1@x'].map((call) => batch.run(call));
  const others = ['e:1@y', 'd:2@z', 'f:1@z'].map((call) => batch.run(call));
  for (let trip = 0; trip < 3; trip += 1) {
    trips[trip]?.succeed();
    await settled();
  }

  expect(callsOf(trips)).toEqual([
    ['a:1@x'],
    // d's call about z is chosen, and the one before it is not.
    ['b:1@x', 'c:1@x', 'e:1@y'],
    ['d:1@x', 'd:2@z', 'f:1@z'],
  ]);
  await Promise.all([...crowd, ...others]);
});

test('a batch that fails is repeated call by call, and each gets its own result', async () => {
  const { batch, trips, alone } = aBatch();
  const first = batch.run('first');
  const results = ['a', 'poison', 'c'].map((call) => batch.run(call));
  trips[0]?.succeed();
  await settled();
  trips[1]?.fail();
  await settled();

  expect(callsOf(alone)).toEqual([['a'], ['poison'], ['c']]);
  alone.forEach((trip) => (trip.calls[0] === 'poison' ? trip.fail() : trip.succeed()));
  expect(await Promise.allSettled([first, ...results])).toMatchObject([
    { value: 'first done' },
    { value: 'a done' },
    { status: 'rejected', reason: { message: 'poison failed' } },
    { value: 'c done' },
  ]);
  expect(batch.figures).toMatchObject({ batches: 2, alone: 3 });
});

test('a call that waits alone keeps no place', async () => {
  const { batch, trips, alone } = aBatch();
  const slow = batch.run('slow');
  trips[0]?.fail();
  await settled();
  expect(callsOf(alone)).toEqual([['slow']]);

  const next = batch.run('next');
  trips[1]?.succeed();
  expect(await next).toBe('next done');
  alone[0]?.succeed();
  expect(await slow).toBe('slow done');
});

test('a call of an owner waits for the one before it, also when that one is alone', async () => {
  const { batch, trips, alone } = aBatch({ places: 2, ownerOf });
  const results = ['ada:1', 'ada:2', 'bob:1'].map((call) => batch.run(call));
  expect(callsOf(trips)).toEqual([['ada:1'], ['bob:1']]);

  trips[0]?.fail();
  trips[1]?.succeed();
  await settled();
  expect(callsOf(trips)).toHaveLength(2);

  alone[0]?.succeed();
  await settled();
  expect(callsOf(trips)).toEqual([['ada:1'], ['bob:1'], ['ada:2']]);
  trips[2]?.succeed();
  await Promise.all(results);
});

test('calls of one owner in a batch that fails run alone one after the other', async () => {
  const { batch, trips, alone } = aBatch({ ownerOf });
  const results = Promise.allSettled(['bob:1', 'ada:1', 'ada:2'].map((call) => batch.run(call)));
  trips[0]?.succeed();
  await settled();
  expect(callsOf(trips)).toEqual([['bob:1'], ['ada:1', 'ada:2']]);

  trips[1]?.fail();
  await settled();
  expect(callsOf(alone)).toEqual([['ada:1']]);
  alone[0]?.fail();
  await settled();
  expect(callsOf(alone)).toEqual([['ada:1'], ['ada:2']]);
  alone[1]?.succeed();
  expect(await results).toMatchObject([
    { status: 'fulfilled' },
    { status: 'rejected' },
    { value: 'ada:2 done' },
  ]);
});

test('a batch that could not be sent fails all its calls, once, and lets their owners go on', async () => {
  const { batch, trips, alone } = aBatch({ ownerOf });
  const full = new Error('no connection');
  const first = batch.run('bob:1');
  const results = Promise.allSettled(['ada:1', 'eve:1'].map((call) => batch.run(call)));
  trips[0]?.succeed();
  await first;
  await settled();
  trips[1]?.fail(new NotSent(full));

  expect(await results).toMatchObject([{ reason: full }, { reason: full }]);
  expect(alone).toEqual([]);
  const again = batch.run('ada:2');
  trips[2]?.succeed();
  expect(await again).toBe('ada:2 done');
});

test('a batch that returns too few results is repeated call by call', async () => {
  const { batch, trips, alone } = aBatch();
  const result = batch.run('a');
  trips[0]?.succeed([]);
  await settled();
  alone[0]?.succeed();

  expect(await result).toBe('a done');
});
