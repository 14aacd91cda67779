import { AsyncLocalStorage } from 'node:async_hooks';
import { Socket } from 'node:net';
import { EntityManager } from '@mikro-orm/core';
import bcrypt from 'bcrypt';
import { Pool } from 'pg';

/*
 * A probe: while a transaction of the product is open, nothing may wait for anything but its own
 * connection. A hash, another system or a second connection would keep rows locked, and a place of the
 * pool, for as long as it takes.
 */

const inside = new AsyncLocalStorage<true>();

/** What was waited for in a transaction since the last look. */
let waits: string[] = [];

/** Returns what was waited for in a transaction, and forgets it. */
export function takeWaits(): string[] {
  const found = waits;
  waits = [];
  return found;
}

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Reports calls of a method that are made in a transaction. */
function watch(target: object, name: string, what: string): void {
  const methods = target as Record<string, Method>;
  const original = methods[name];
  if (!original) {
    throw new Error(`There is no ${what}.`);
  }
  methods[name] = function watched(...args) {
    if (inside.getStore()) {
      waits.push(what);
    }
    return original.apply(this, args);
  };
}

const managers = EntityManager.prototype as unknown as Record<string, Method>;
const { transactional } = managers;
managers['transactional'] = function watched(work, ...others) {
  return transactional?.call(
    this,
    (em: unknown) => inside.run(true, () => (work as (em: unknown) => unknown)(em)),
    ...others,
  );
};
watch(bcrypt, 'hash', 'a hash');
watch(bcrypt, 'compare', 'a comparison of a password');
watch(globalThis, 'fetch', 'a fetch');
watch(Socket.prototype, 'connect', 'another system');
watch(Pool.prototype, 'connect', 'a second connection');
