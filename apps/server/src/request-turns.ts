import { clientOf, takeTurn } from '@matinee/api';
import type { NextFunction, Request, Response } from 'express';

/**
 * Requests that begin in one turn of the event loop. Each takes a tenth to a third of a millisecond before
 * it waits for anything. A server that reads and answers in small steps was also quicker than one that
 * takes all there is: decision 0092 has the figures.
 */
const begunInOneTurn = 8;

/** How long another client counts as being there after a request of its own. */
const thereMs = 1_000;

/**
 * Lets a few requests begin in each turn of the event loop, and the clients, by their addresses, take turns:
 * one of each, if there is more than one. Else all that one client has sent would begin before the next step
 * of anybody else's request.
 */
export function takeTurns() {
  const turns = new RequestTurns();
  return ({ address, socket }: Request, _res: Response, next: NextFunction): void => {
    turns.arrive(clientOf(address), () => {
      // Whoever has gone meanwhile waits for nothing.
      if (!socket.destroyed) {
        next();
      }
    });
  };
}

type Begin = () => void;

class RequestTurns {
  /** By client, those whose turn comes first in front. */
  readonly #waiting = new Map<string, Begin[]>();
  #begun = 0;
  readonly #clientsBegun = new Set<string>();
  #latestClient: string | undefined;
  #othersUntil = 0;

  arrive(client: string, begin: Begin): void {
    this.#noteOthers(client);
    const queue = this.#waiting.get(client);
    if (queue) {
      queue.push(begin);
    } else if (this.#mayBegin(client)) {
      this.#begin(client, begin);
    } else {
      this.#waiting.set(client, [begin]);
    }
  }

  #noteOthers(client: string): void {
    if (this.#latestClient !== undefined && this.#latestClient !== client) {
      this.#othersUntil = Date.now() + thereMs;
    }
    this.#latestClient = client;
  }

  #mayBegin(client: string): boolean {
    const hadItsOwn = this.#clientsBegun.has(client) && Date.now() < this.#othersUntil;
    return this.#begun < begunInOneTurn && !hadItsOwn;
  }

  #begin(client: string, begin: Begin): void {
    if (this.#begun === 0) {
      setImmediate(() => this.#nextTurn());
    }
    this.#begun += 1;
    this.#clientsBegun.add(client);
    begin();
  }

  #nextTurn(): void {
    this.#begun = 0;
    this.#clientsBegun.clear();
    // A client that has more goes to the end, where the loop meets it again.
    for (const client of this.#waiting.keys()) {
      if (this.#begun === begunInOneTurn) {
        break;
      }
      const first = this.#mayBegin(client) ? takeTurn(this.#waiting, client) : undefined;
      if (first) {
        this.#begin(client, first);
      }
    }
  }
}
