import { expect, test } from 'vitest';
import { OwnTurns } from './own-turns.ts';

test('a few of each source run at a time, in their order, and no source waits for another', async () => {
  const turns = new OwnTurns(2);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const ask = (source: string, name: string) =>
    turns.run(source, () => {
      begun.push(name);
      return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
    });
  const all = [ask('a', 'a1'), ask('a', 'a2'), ask('a', 'a3'), ask('b', 'b1'), ask('a', 'a4')];
  expect([begun, turns.size]).toEqual([['a1', 'a2', 'b1'], 2]);

  ends.get('a2')?.();
  await all[1];
  await expect.poll(() => begun).toEqual(['a1', 'a2', 'b1', 'a3']);
  for (const name of ['a1', 'a3', 'b1']) {
    ends.get(name)?.();
  }
  await expect.poll(() => begun.at(-1)).toBe('a4');
  ends.get('a4')?.();
  expect(await Promise.all(all)).toEqual(['a1', 'a2', 'a3', 'b1', 'a4']);
  expect(turns.size).toBe(0);
});

test('work that fails gives its turn on', async () => {
  const turns = new OwnTurns(1);
  const failed = turns.run('a', () => Promise.reject(new Error('no')));
  const next = turns.run('a', async () => 'yes');
  await expect(failed).rejects.toThrow('no');
  expect(await next).toBe('yes');
  expect(turns.size).toBe(0);
});
