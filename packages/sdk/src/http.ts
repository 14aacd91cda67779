import { clientFailure, readHead } from './answer.ts';
import type { AnswerHead, Failed, Outcome, RawResponse } from './answer.ts';
import type { MatineeError } from './errors.ts';
import { withUserAgent } from './settings.ts';
import type { Settings } from './settings.ts';

/** One HTTP request for one or more calls. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body?: string | FormData;
  /** The procedures that are called with it. */
  readonly paths: readonly string[];
  readonly signal: AbortSignal;
  readonly onResponse?: ((response: RawResponse) => void) | undefined;
  /** A good answer is a file. */
  readonly isFile?: boolean;
}

/** Whoever signs in is nobody yet: an old token is not shown to these, and none is repeated. */
export const signInPaths: ReadonlySet<string> = new Set([
  'auth.login',
  'auth.register',
  'auth.guest',
  'auth.link',
  'auth.requestPasswordReset',
  'auth.resetPassword',
  'auth.verifyEmail',
  'auth.refresh',
]);

/**
 * Sends a request and reads the outcome of each of its calls. Never rejects: what goes wrong on
 * the way is the outcome of all of them.
 */
export async function performRequest<Outcomes extends Outcome[]>(
  settings: Settings,
  request: HttpRequest,
  read: (head: AnswerHead, text: string, file?: Blob) => Outcomes,
): Promise<Outcomes> {
  const forAll = (outcome: Outcome) => request.paths.map(() => outcome) as Outcomes;
  let token: string | undefined;
  try {
    const anonymous = request.paths.some((path) => signInPaths.has(path));
    token = anonymous ? undefined : await settings.token();
  } catch (cause) {
    const message = 'The token function failed.';
    return forAll(clientFailure('ABORTED', message, { details: {}, cause }));
  }
  try {
    const outcomes = await roundTrip(settings, withHeaders(settings, request, token), read);
    return outcomes.map((outcome) => (outcome.ok ? outcome : { ...outcome, token })) as Outcomes;
  } catch (cause) {
    return forAll(unreachable(settings, cause));
  }
}

/**
 * No response came. In a page that is of another origin than the server, the browser hides the
 * commonest reason: the server does not know the origin.
 */
export function unreachable({ url }: Settings, cause: unknown): Failed {
  const { location } = globalThis as { location?: { origin?: string } };
  const origin = location?.origin ?? '';
  const isForeign = /^https?:/.test(origin) && /^https?:/.test(url) && !url.startsWith(origin);
  const message = isForeign
    ? `The server cannot be reached, or its ALLOWED_ORIGINS lacks ${origin}.`
    : 'The server cannot be reached.';
  return clientFailure('NETWORK_ERROR', message, { details: {}, cause });
}

async function roundTrip<Outcomes>(
  settings: Settings,
  { url, paths, onResponse, isFile = false, ...init }: HttpRequest,
  read: (head: AnswerHead, text: string, file?: Blob) => Outcomes,
): Promise<Outcomes> {
  const startedAt = Date.now();
  settings.log({ event: 'request', method: init.method, paths });
  const response = await settings.fetch(url, init);
  const file = isFile && response.ok ? await response.blob() : undefined;
  const text = file ? '' : await response.text();
  const durationMs = Date.now() - startedAt;
  settings.log({ event: 'response', paths, status: response.status, durationMs });
  const head = readHead(response);
  const { status, headers } = response;
  onResponse?.({ status, headers, requestId: head.requestId, text });
  return read(head, text, file);
}

function withHeaders(
  settings: Settings,
  request: HttpRequest,
  token: string | undefined,
): HttpRequest {
  const bearer: Record<string, string> =
    token === undefined ? {} : { authorization: `Bearer ${token}` };
  const headers = { ...settings.headers, ...request.headers, ...bearer };
  return { ...request, headers: withUserAgent(headers) };
}

export function isAboutToken({ status, code }: MatineeError): boolean {
  return status === 401 && code !== 'INVALID_CREDENTIALS' && code !== 'SECOND_FACTOR_REQUIRED';
}
