import { expect, test } from 'vitest';
import { FairTurns } from './fair-turns.ts';
import { OwnTurns } from './own-turns.ts';

/** Work that ends when it is told to, and the order in which it began. */
function workshop(turns: FairTurns | OwnTurns) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const ask = (source: string, name: string) =>
    turns.run(source, () => {
      begun.push(name);
      return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
    });
  const end = async (name: string) => {
    ends.get(name)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { begun, ask, end };
}

test('as many as there are places work at a time, in the order in which they came', async () => {
  const turns = new FairTurns(2);
  const { begun, ask, end } = workshop(turns);
  const all = ['a', 'b', 'c', 'd'].map((name) => ask('one', name));
  expect(begun).toEqual(['a', 'b']);
  expect([turns.waiting, turns.waitingOf('one'), turns.waitingOf('two')]).toEqual([2, 2, 0]);
  await end('b');
  expect(begun).toEqual(['a', 'b', 'c']);
  await end('a');
  await end('c');
  await end('d');
  expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd']);
  expect([turns.waiting, turns.waitingOf('one')]).toEqual([0, 0]);
});

test('a source that asks a hundred times delays another by one piece of work', async () => {
  const { begun, ask, end } = workshop(new FairTurns(1));
  Array.from({ length: 100 }, (_, index) => void ask('greedy', `greedy ${index}`));
  void ask('modest', 'modest');
  void ask('another', 'another');
  await end('greedy 0');
  await end('greedy 1');
  await end('modest');
  await end('another');
  expect(begun).toEqual(['greedy 0', 'greedy 1', 'modest', 'another', 'greedy 2']);
});

test('a few of each source work at a time, in their order, and no source waits for another', async () => {
  const turns = new OwnTurns(2);
  const { begun, ask, end } = workshop(turns);
  const all = [ask('a', 'a1'), ask('a', 'a2'), ask('a', 'a3'), ask('b', 'b1'), ask('a', 'a4')];
  expect([begun, turns.size]).toEqual([['a1', 'a2', 'b1'], 2]);

  await end('a2');
  expect(begun).toEqual(['a1', 'a2', 'b1', 'a3']);
  for (const name of ['a1', 'a3', 'b1', 'a4']) {
    await end(name);
  }
  expect(await Promise.all(all)).toEqual(['a1', 'a2', 'a3', 'b1', 'a4']);
  expect(turns.size).toBe(0);
});

test.each([new FairTurns(1), new OwnTurns(1)])(
  'work that fails gives its place back',
  async (turns) => {
    const failing = turns.run('one', () => Promise.reject(new Error('no')));
    const next = turns.run('one', async () => 'next');
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('next');
    expect(await turns.run('two', async () => 'free')).toBe('free');
    expect(turns instanceof OwnTurns ? turns.size : turns.waiting).toBe(0);
  },
);

test('work that fails keeps its place while it rests, and its answer does not wait for that', async () => {
  const rested = Promise.withResolvers<void>();
  const turns = new OwnTurns(1, (error) =>
    String(error) === 'tired' ? rested.promise : undefined,
  );
  const { begun, ask, end } = workshop(turns);
  await expect(turns.run('one', () => Promise.reject('tired'))).rejects.toBe('tired');
  const next = ask('one', 'next');
  void ask('two', 'other');
  await end('other');
  expect([begun, turns.size]).toEqual([['other'], 1]);

  rested.resolve();
  await end('');
  expect(begun).toEqual(['other', 'next']);
  await end('next');
  expect(await next).toBe('next');
  expect(turns.size).toBe(0);

  await expect(turns.run('one', () => Promise.reject('fit'))).rejects.toBe('fit');
  expect(await turns.run('one', async () => 'begun')).toBe('begun');
});
