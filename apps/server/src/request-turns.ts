import type { NextFunction, Request, Response } from 'express';

/**
 * Requests that begin in one turn of the event loop. Each takes a tenth to a third of a millisecond before
 * it waits for anything. A server that reads and answers in small steps was also quicker than one that
 * takes all there is: decision 0092 has the figures.
 */
const begunInOneTurn = 8;

/** How long another address counts as being there after a request of its own. */
const thereMs = 1_000;

/**
 * Lets a few requests begin in each turn of the event loop, and the addresses of the clients take turns:
 * one of each, if there is more than one address. Else all that one client has sent would begin before the
 * next step of anybody else's request.
 */
export function takeTurns() {
  const turns = new RequestTurns();
  return ({ address, socket }: Request, _res: Response, next: NextFunction): void => {
    turns.arrive(address, () => {
      // Whoever has gone meanwhile waits for nothing.
      if (!socket.destroyed) {
        next();
      }
    });
  };
}

type Begin = () => void;

class RequestTurns {
  /** By address, those whose turn comes first in front. */
  readonly #waiting = new Map<string, Begin[]>();
  #begun = 0;
  readonly #addressesBegun = new Set<string>();
  #latestAddress: string | undefined;
  #othersUntil = 0;

  arrive(address: string, begin: Begin): void {
    this.#noteOthers(address);
    const queue = this.#waiting.get(address);
    if (queue) {
      queue.push(begin);
    } else if (this.#mayBegin(address)) {
      this.#begin(address, begin);
    } else {
      this.#waiting.set(address, [begin]);
    }
  }

  #noteOthers(address: string): void {
    if (this.#latestAddress !== undefined && this.#latestAddress !== address) {
      this.#othersUntil = Date.now() + thereMs;
    }
    this.#latestAddress = address;
  }

  #mayBegin(address: string): boolean {
    const hadItsOwn = this.#addressesBegun.has(address) && Date.now() < this.#othersUntil;
    return this.#begun < begunInOneTurn && !hadItsOwn;
  }

  #begin(address: string, begin: Begin): void {
    if (this.#begun === 0) {
      setImmediate(() => this.#nextTurn());
    }
    this.#begun += 1;
    this.#addressesBegun.add(address);
    begin();
  }

  #nextTurn(): void {
    this.#begun = 0;
    this.#addressesBegun.clear();
    // An address that has more goes to the end, where the loop meets it again.
    for (const [address, queue] of this.#waiting) {
      if (this.#begun === begunInOneTurn) {
        break;
      }
      if (this.#mayBegin(address)) {
        this.#beginFirstOf(address, queue);
      }
    }
  }

  #beginFirstOf(address: string, queue: Begin[]): void {
    const first = queue.shift();
    this.#waiting.delete(address);
    if (queue.length > 0) {
      this.#waiting.set(address, queue);
    }
    if (first) {
      this.#begin(address, first);
    }
  }
}
