import { createHmac, randomUUID } from 'node:crypto';
import bcrypt from 'bcrypt';
import { RateLimitedError, UnavailableError } from '../errors.ts';
import { FairTurns } from '../fair-turns.ts';

/**
 * Hashes run on the machine's thread pool at 45 ms (cost 10) to 180 ms (cost 12) of a core each:
 * two at a time leave the rest of the server its breath.
 */
const concurrentHashes = 2;
/** Requests that wait: of one source, and of all together. */
const longestQueueOfOne = 256;
const longestQueue = 2_048;

/** In place of a hash: no password fits it. */
export const noPassword = 'none';

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
  async hash(password: string): Promise<string> {
    return present + (await bcrypt.hash(digestOf(password), this.#cost));
  }

  /** Whether the password fits the hash; without a hash it takes as long and is false. */
  async matches(password: string, hash: string | undefined): Promise<boolean> {
    this.#nobody ??= this.hash(randomUUID());
    const against = hash ?? (await this.#nobody);
    if (!against.startsWith(present)) {
      return (await bcrypt.compare(password, against)) && isReadWhole(password);
    }
    const fits = await bcrypt.compare(digestOf(password), against.slice(present.length));
    return fits && hash !== undefined && password.isWellFormed();
  }

  /**
   * Whether a hash was made in another way or at another cost: a new one is made when the password is
   * at hand.
   */
  isOutdated(hash: string): boolean {
    return !hash.startsWith(present) || bcrypt.getRounds(hash.slice(present.length)) !== this.#cost;
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
 * How hashes are made now, in front of each: bcrypt of a digest of the password. bcrypt alone, as in
 * hashes without this mark, reads 72 bytes and stops at NUL.
 */
const present = 'v2:';

/**
 * A password of any length and script as 44 letters. In NFC, so that an é is an é whichever keyboard
 * it comes from. Keyed with a constant, so that digests that leaked elsewhere are of no use here.
 */
function digestOf(password: string): string {
  return createHmac('sha256', 'matinee password')
    .update(password.normalize('NFC'))
    .digest('base64');
}

/** For hashes of bcrypt alone: what it does not see must not be taken for the same. */
function isReadWhole(password: string): boolean {
  return Buffer.byteLength(password) <= 72 && !password.includes('\0') && password.isWellFormed();
}
