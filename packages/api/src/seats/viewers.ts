import { clientOf } from '../address.ts';
import { RateLimitedError, UnavailableError } from '../errors.ts';

/** Live maps at a time: of one client, and on one server. From the outside contract. */
const perClient = 100;
const perServer = 10_000;
/** When one that is refused may ask again, in seconds. */
const retryAfterSeconds = 10;

/** Who watches live maps on this server. */
export class Viewers {
  readonly #isLimited: boolean;
  readonly #byClient = new Map<string, number>();
  #count = 0;

  constructor(isLimited: boolean) {
    this.#isLimited = isLimited;
  }

  get count(): number {
    return this.#count;
  }

  /**
   * Counts a viewer until the function that it returns is called.
   *
   * @throws RateLimitedError when the client watches 100 live maps already
   * @throws UnavailableError when the server has 10,000 viewers
   */
  enter(remoteAddress: string): () => void {
    const client = clientOf(remoteAddress);
    if (this.#isLimited && this.#count >= perServer) {
      throw new UnavailableError();
    }
    if (this.#isLimited && (this.#byClient.get(client) ?? 0) >= perClient) {
      throw new RateLimitedError(retryAfterSeconds);
    }
    this.#add(client, 1);
    return () => this.#add(client, -1);
  }

  #add(client: string, by: 1 | -1): void {
    this.#count += by;
    const count = (this.#byClient.get(client) ?? 0) + by;
    if (count === 0) {
      this.#byClient.delete(client);
    } else {
      this.#byClient.set(client, count);
    }
  }
}
