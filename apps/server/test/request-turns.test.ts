import type { Request, Response } from 'express';
import { expect, test, vi } from 'vitest';
import { takeTurns } from '../src/request-turns.ts';

/** Requests that arrive, and the order in which they begin. */
function door() {
  const begun: string[] = [];
  const take = takeTurns();
  const arrive = (address: string, name: string, socket = { destroyed: false }) => {
    take({ address, socket } as Request, {} as Response, () => begun.push(name));
    return socket;
  };
  return { begun, arrive };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

const names = (word: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${word} ${index}`);

test('a client that sends twenty requests at the same moment delays another by one turn', async () => {
  const { begun, arrive } = door();
  const greedy = names('greedy', 20);
  greedy.forEach((name) => arrive('192.0.2.1', name));
  arrive('192.0.2.2', 'modest');
  expect(begun).not.toContain('modest');

  await nextTurn();
  expect(begun).toContain('modest');
  await expect.poll(() => begun.length).toBe(21);
  expect(begun.filter((name) => name !== 'modest')).toEqual(greedy);
});

test('an address begins one request in a turn while others are there', async () => {
  const { begun, arrive } = door();
  arrive('192.0.2.2', 'modest');
  const greedy = names('greedy', 4);
  greedy.forEach((name) => arrive('192.0.2.1', name));
  expect(begun).toEqual(['modest', 'greedy 0']);

  await nextTurn();
  expect(begun).toEqual(['modest', ...greedy.slice(0, 2)]);
  arrive('192.0.2.3', 'another');
  expect(begun).toEqual(['modest', ...greedy.slice(0, 2), 'another']);
  await expect
    .poll(() => begun)
    .toEqual(['modest', ...greedy.slice(0, 2), 'another', 'greedy 2', 'greedy 3']);
});

test('the addresses of a /64 network are one client', async () => {
  const { begun, arrive } = door();
  arrive('192.0.2.2', 'modest');
  const greedy = names('greedy', 4);
  greedy.forEach((name, index) => arrive(`2001:db8::${index + 1}`, name));
  expect(begun).toEqual(['modest', 'greedy 0']);
  await expect.poll(() => begun).toEqual(['modest', ...greedy]);
});

test('an address that is alone has whole turns, a second after the last of the others', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    const { begun, arrive } = door();
    arrive('192.0.2.2', 'modest');
    arrive('192.0.2.1', 'first');
    await nextTurn();
    vi.setSystemTime(Date.now() + 1_000);
    names('greedy', 20).forEach((name) => arrive('192.0.2.1', name));
    expect(begun.length).toBe(2 + 8);
    await nextTurn();
    expect(begun.length).toBe(2 + 16);
    await nextTurn();
    expect(begun.length).toBe(2 + 20);
  } finally {
    vi.useRealTimers();
  }
});

test('a hundred addresses begin eight requests in a turn, in the order of their arrival', async () => {
  const { begun, arrive } = door();
  const all = names('request', 100);
  all.forEach((name, index) => arrive(`192.0.2.${index}`, name));
  expect(begun).toEqual(all.slice(0, 8));
  await nextTurn();
  expect(begun).toEqual(all.slice(0, 16));
  await expect.poll(() => begun).toEqual(all);
});

test('requests that arrive one after the other begin immediately', async () => {
  const { begun, arrive } = door();
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) {
    arrive('192.0.2.1', name);
    expect(begun.at(-1)).toBe(name);
    await nextTurn();
  }
});

test('a request whose client has gone meanwhile does not begin', async () => {
  const { begun, arrive } = door();
  const first = names('first', 8);
  first.forEach((name) => arrive('192.0.2.1', name));
  const gone = arrive('192.0.2.1', 'gone');
  arrive('192.0.2.1', 'last');
  gone.destroyed = true;
  await expect.poll(() => begun).toEqual([...first, 'last']);
});
