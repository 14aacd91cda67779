import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { RateLimitedError } from '../errors.ts';

/** A customer's client asks a few times while it waits; a provider refuses everyone who asks too often. */
const limit = { points: 20, duration: 10 };

/** How often a user's calls may make this server ask a provider. */
export class ProviderQuestions {
  readonly #limiter = new RateLimiterMemory(limit);
  readonly #enabled: boolean;

  constructor(enabled: boolean) {
    this.#enabled = enabled;
  }

  /** Counts a question. @throws RateLimitedError */
  async take(userId: string): Promise<void> {
    if (!this.#enabled) {
      return;
    }
    try {
      await this.#limiter.consume(userId);
    } catch (refusal) {
      throw refusal instanceof RateLimiterRes
        ? new RateLimitedError(Math.ceil(refusal.msBeforeNext / 1_000))
        : refusal;
    }
  }
}
