import { ProviderError } from '@matinee/api';

/**
 * Milliseconds that a call of a provider may take with all its requests and repetitions: less than the twelve
 * seconds that the outbox gives an attempt.
 */
const callLimitMs = 11_000;

/**
 * Ends a call of a provider that takes too long. Its requests may still have an effect; their idempotency keys
 * make a repetition harmless.
 *
 * @throws ProviderError `unavailable`
 */
export async function withinDeadline<Result>(
  provider: string,
  call: () => Promise<Result>,
): Promise<Result> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new ProviderError('unavailable', `${provider} did not respond within 11 seconds.`));
  }, callLimitMs);
  try {
    return await Promise.race([call(), late]);
  } finally {
    clearTimeout(timer);
  }
}
