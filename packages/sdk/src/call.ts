import { clientFailure } from './answer.ts';
import type { Failed, Outcome, RawResponse } from './answer.ts';
import { ofProcedure } from './errors.ts';
import { isAboutToken, signInPaths } from './http.ts';
import type { Settings } from './settings.ts';

/** What a call takes beside its input. */
export interface CallOptions {
  /** Gives the call up: it rejects with `ABORTED`. */
  signal?: AbortSignal | undefined;
  /** How long one attempt may take, in milliseconds. */
  timeoutMs?: number | undefined;
  /** How many times this call is sent again after a passing failure. */
  retries?: number | undefined;
  /** Headers of its own: the call then travels in a request of its own. */
  headers?: Readonly<Record<string, string>> | undefined;
  /**
   * Told of the response of the last attempt, before the call resolves or rejects: its status, its
   * headers, and its id in the server's log. The call then travels in a request of its own.
   */
  onResponse?: ((response: RawResponse) => void) | undefined;
}

/** The same for a call that changes something. */
export interface MutationOptions extends CallOptions {
  /**
   * Names the act: however often it is sent with this key, within 24 hours it happens once. Made
   * per call if left out; give one of your own to make the act the same over several calls.
   */
  idempotencyKey?: string | undefined;
}

/** Sends a call once. `signal` is aborted when nobody waits any more. */
export type SendOnce = (signal: AbortSignal) => Promise<Outcome>;

interface Call {
  readonly path: string;
  /** For the log alone: `send` knows it. */
  readonly input: object;
  readonly options: CallOptions;
  readonly send: SendOnce;
}

/** First pause between two attempts at its longest; each further one is twice as long. */
const firstDelayMs = 500;
const longestDelayMs = 8_000;
/** Whoever is told to wait longer than this has to decide that himself. */
const longestWaitMs = 60_000;

/**
 * Makes a call: sends it, and sends it again while the failure is a passing one, or once more when the
 * session could be renewed.
 *
 * @throws MatineeError
 */
export async function performCall(
  settings: Settings,
  { path, input, options, send }: Call,
): Promise<unknown> {
  settings.log({ event: 'call', path, input });
  const retries = signInPaths.has(path) ? 0 : (options.retries ?? settings.retries);
  const timeoutMs = options.timeoutMs ?? settings.timeoutMs;
  let isRenewed = false;
  for (let attempt = 0; ; attempt += 1) {
    const outcome = await attemptOnce(send, { timeoutMs, signal: options.signal });
    if (outcome.ok) {
      await settings.session?.keep(path, outcome.value);
      return outcome.value;
    }
    const { error, token, retryAfterMs = 0 } = outcome;
    const { code, requestId } = error;
    settings.log({ event: 'failure', path, code, requestId });
    if (isAboutToken(error) && !signInPaths.has(path)) {
      if (!isRenewed && (await settings.session?.renewAfter(error, token))) {
        isRenewed = true;
        attempt -= 1;
        continue;
      }
      settings.onUnauthorized(error, token);
    }
    if (!error.isRetryable || attempt >= retries || retryAfterMs > longestWaitMs) {
      throw ofProcedure(error, path);
    }
    const delayMs = retryAfterMs + jitter(attempt);
    settings.log({ event: 'retry', path, attempt: attempt + 1, delayMs });
    await pause(delayMs, options.signal);
  }
}

/** Full jitter: clients that failed together do not come back together. */
export function jitter(attempt: number): number {
  return Math.random() * Math.min(longestDelayMs, firstDelayMs * 2 ** attempt);
}

/** A key that nobody else makes. */
export function newIdempotencyKey(): string {
  // Pages without TLS have no `randomUUID`, React Native has no `crypto`. Typed as always there.
  const { crypto } = globalThis as { crypto?: { randomUUID?: () => string } };
  return crypto?.randomUUID?.() ?? [0, 1, 2].map(() => Math.random().toString(36)).join('');
}

async function attemptOnce(
  send: SendOnce,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal | undefined },
): Promise<Outcome> {
  const controller = new AbortController();
  let giveUp: (outcome: Outcome) => void = () => {};
  const givenUp = new Promise<Outcome>((resolve) => {
    giveUp = (outcome) => {
      resolve(outcome);
      controller.abort();
    };
  });
  const onAbort = () => giveUp(aborted(signal));
  const timer = setTimeout(() => {
    const message = `No response within ${timeoutMs} ms.`;
    giveUp(clientFailure('TIMEOUT', message, { details: { timeoutMs } }));
  }, timeoutMs);
  signal?.addEventListener('abort', onAbort);
  if (signal?.aborted) {
    onAbort();
  }
  try {
    const sent = signal?.aborted ? givenUp : send(controller.signal);
    return await Promise.race([sent, givenUp]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

function aborted(signal: AbortSignal | undefined): Failed {
  return clientFailure('ABORTED', 'The call was aborted.', { details: {}, cause: signal?.reason });
}

async function pause(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  let wake: () => void = () => {};
  const timer = setTimeout(() => wake(), delayMs);
  await new Promise<void>((resolve) => {
    wake = resolve;
    signal?.addEventListener('abort', wake);
  });
  clearTimeout(timer);
  signal?.removeEventListener('abort', wake);
}
