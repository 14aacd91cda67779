import { randomUUID } from 'node:crypto';
import bcrypt from 'bcrypt';
import { RateLimitedError, UnavailableError } from '../errors.ts';
import { FairTurns } from './fair-turns.ts';

/**
 * Hashes run on the machine's thread pool at 45 ms (cost 10) to 180 ms (cost 12) of a core each:
 * two at a time leave the rest of the server its breath.
 */
const concurrentHashes = 2;
/** Requests that wait: of one source, and of all together. */
const longestQueueOfOne = 256;
const longestQueue = 2_048;

/** bcrypt behind a bounded queue that is fair to its sources. */
export class PasswordHasher {
  readonly #turns = new FairTurns(concurrentHashes);
  readonly #cost: number;
  /** Of no account: compared against when the e-mail is unknown, so that both take the same time. */
  #nobody: Promise<string> | undefined;

  constructor(cost: number) {
    this.#cost = cost;
  }

  /** Hashes a password; where requests can cause it, inside a turn. */
  hash(password: string): Promise<string> {
    return bcrypt.hash(password, this.#cost);
  }

  /** Whether the password fits the hash; without a hash it takes as long and is false. */
  async matches(password: string, hash: string | undefined): Promise<boolean> {
    this.#nobody ??= this.hash(randomUUID());
    const fits = await bcrypt.compare(password, hash ?? (await this.#nobody));
    return fits && hash !== undefined && isReadWhole(password);
  }

  /**
   * Runs `work`, which hashes or compares, when its turn has come. Turns do not nest.
   *
   * @param source the client, or the account, that the work is for
   * @throws RateLimitedError when too much work of the source waits already
   * @throws UnavailableError when too much waits altogether
   */
  async inTurn<Result>(source: string, work: () => Promise<Result>): Promise<Result> {
    if (this.#turns.waitingOf(source) >= longestQueueOfOne) {
      throw new RateLimitedError(1);
    }
    if (this.#turns.waiting >= longestQueue) {
      throw new UnavailableError();
    }
    return this.#turns.run(source, work);
  }
}

/**
 * bcrypt stops at 72 bytes and at NUL, and half of a surrogate pair reaches it as any other half; what
 * it does not see must not be taken for the same.
 */
function isReadWhole(password: string): boolean {
  return Buffer.byteLength(password) <= 72 && !password.includes('\0') && password.isWellFormed();
}
