import { randomUUID } from 'node:crypto';
import bcrypt from 'bcrypt';
import pLimit from 'p-limit';
import { UnavailableError } from '../errors.ts';

/**
 * Hashes run on the machine's thread pool at 45 ms (cost 10) to 180 ms (cost 12) of a core each:
 * two at a time leave the rest of the server its breath, and a queue of this length is answered in
 * seconds.
 */
const concurrentHashes = 2;
const longestQueue = 256;

/** bcrypt behind a bounded queue. */
export class PasswordHasher {
  readonly #turns = pLimit(concurrentHashes);
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
   * @throws UnavailableError when too many wait already
   */
  async inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#turns.pendingCount >= longestQueue) {
      throw new UnavailableError();
    }
    return this.#turns(work);
  }
}

/** bcrypt stops at 72 bytes and at NUL; what it does not see must not be taken for the same. */
function isReadWhole(password: string): boolean {
  return Buffer.byteLength(password) <= 72 && !password.includes('\0');
}
