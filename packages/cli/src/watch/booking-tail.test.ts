import { expect, test } from 'vitest';
import { BookingTail } from './booking-tail.ts';

const pageSize = 3;

/** A list that has the newest first, in pages. */
function aList() {
  const items: { id: string; createdAt: Date }[] = [];
  const reads: (string | undefined)[] = [];
  const add = (id: string, seconds: number) => {
    items.push({ id, createdAt: new Date(seconds * 1_000) });
    items.sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
  };
  const tail = new BookingTail(async (cursor) => {
    reads.push(cursor);
    const start = Number(cursor ?? 0);
    const end = start + pageSize;
    return {
      items: items.slice(start, end),
      nextCursor: end < items.length ? String(end) : null,
    };
  });
  const ids = async (found: Promise<{ id: string }[]>) => (await found).map(({ id }) => id);
  return {
    add,
    reads,
    items,
    start: (most: number) => ids(tail.start(most)),
    next: () => ids(tail.next()),
  };
}

test('starts with the last bookings, oldest first', async () => {
  const list = aList();
  ['a', 'b', 'c'].forEach((id, index) => list.add(id, index));
  expect(await list.start(2)).toEqual(['b', 'c']);
  expect(await list.next()).toEqual([]);
});

test('finds new bookings once, oldest first', async () => {
  const list = aList();
  list.add('a', 1);
  await list.start(1);
  list.add('b', 2);
  list.add('c', 3);
  expect(await list.next()).toEqual(['b', 'c']);
  expect(await list.next()).toEqual([]);
});

test('reads as many pages as have new bookings', async () => {
  const list = aList();
  await list.start(5);
  Array.from({ length: 7 }, (_, index) => list.add(`b${index}`, index));
  list.reads.length = 0;
  expect(await list.next()).toEqual(['b0', 'b1', 'b2', 'b3', 'b4', 'b5', 'b6']);
  expect(list.reads).toEqual([undefined, '3', '6']);
  list.reads.length = 0;
  await list.next();
  expect(list.reads).toEqual([undefined]);
});

test('finds a booking that is stored late', async () => {
  const list = aList();
  list.add('a', 100);
  await list.start(1);
  list.add('c', 103);
  expect(await list.next()).toEqual(['c']);
  list.add('b', 102);
  expect(await list.next()).toEqual(['b']);
});

test('does not take an old booking for a new one when others leave the list', async () => {
  const list = aList();
  ['a', 'b', 'c', 'd'].forEach((id, index) => list.add(id, 1_000 * index));
  await list.start(1);
  list.items.splice(0, 3);
  expect(await list.next()).toEqual([]);
});

test('prints each of many bookings once', async () => {
  const list = aList();
  await list.start(1);
  const printed: string[] = [];
  for (let round = 0; round < 50; round += 1) {
    list.add(`x${round}`, round * 30);
    list.add(`y${round}`, round * 30 + 1);
    printed.push(...(await list.next()));
  }
  expect(printed).toHaveLength(100);
  expect(new Set(printed).size).toBe(100);
});
