import type { Request, Response } from 'express';
import { expect, test } from 'vitest';
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

test('a client that sends twenty requests at the same moment delays another by four', async () => {
  const { begun, arrive } = door();
  const names = Array.from({ length: 20 }, (_, index) => `greedy ${index}`);
  names.forEach((name) => arrive('192.0.2.1', name));
  arrive('192.0.2.2', 'modest');
  expect(begun).toEqual(names.slice(0, 4));

  await nextTurn();
  await nextTurn();
  expect(begun.indexOf('modest')).toBeLessThan(8);
  await expect.poll(() => begun.length).toBe(21);
  expect(begun.filter((name) => name !== 'modest')).toEqual(names);
});

test('requests that arrive one after the other begin immediately', async () => {
  const { begun, arrive } = door();
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) {
    arrive('192.0.2.1', name);
    expect(begun.at(-1)).toBe(name);
    await nextTurn();
    await nextTurn();
  }
});

test('a request whose client has gone meanwhile does not begin, and keeps no turn', async () => {
  const { begun, arrive } = door();
  ['a', 'b', 'c', 'd'].forEach((name) => arrive('192.0.2.1', name));
  const gone = arrive('192.0.2.1', 'gone');
  arrive('192.0.2.1', 'e');
  gone.destroyed = true;
  await expect.poll(() => begun).toEqual(['a', 'b', 'c', 'd', 'e']);
});
