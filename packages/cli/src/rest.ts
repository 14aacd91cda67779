import type { MatineeError } from '@matinee/sdk';
import { usageError } from './failure.ts';
import type { Session } from './session.ts';

/** A request to the REST API. */
export interface RestRequest {
  /** `GET`. */
  method: string;
  /** `/movies?limit=5`, relative to `/api/v1`. */
  path: string;
  body?: Record<string, unknown> | undefined;
}

/** How long the server may take to respond. */
const patienceMs = 30_000;

/** The largest page of a list. */
const largestPage = '100';

/**
 * Sends a request with the token of the session.
 *
 * @returns the `data` of the response
 * @throws MatineeError if the server refuses the request or does not respond
 */
export async function callRest(session: Session, request: RestRequest): Promise<unknown> {
  const response = await send(session, request);
  const text = await response.text();
  const envelope = parse(text);
  if (response.ok && envelope?.['success'] === true) {
    return envelope['data'];
  }
  throw await refusal(response, envelope?.['error']);
}

/** Reads all pages of a list, and returns them as one page. */
export async function callRestForAllPages(
  session: Session,
  { method, path }: RestRequest,
): Promise<{ items: unknown[]; nextCursor: null }> {
  if (method !== 'GET') {
    throw usageError('--paginate needs the method GET.');
  }
  const items: unknown[] = [];
  let cursor: string | undefined;
  do {
    const page = await callRest(session, { method, path: atPage(path, cursor) });
    if (!isPage(page)) {
      throw usageError('--paginate needs a list.', `${path} is not a list.`);
    }
    items.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return { items, nextCursor: null };
}

async function send(session: Session, { method, path, body }: RestRequest): Promise<Response> {
  const { url, token } = session.credentials();
  const headers: Record<string, string> = {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  try {
    return await fetch(`${url}/api/v1${path}`, {
      method,
      headers,
      signal: AbortSignal.timeout(patienceMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (cause) {
    throw await unreachable(cause);
  }
}

function atPage(path: string, cursor: string | undefined): string {
  const [place = '', query] = path.split('?');
  const parameters = new URLSearchParams(query);
  if (!parameters.has('limit')) {
    parameters.set('limit', largestPage);
  }
  if (cursor !== undefined) {
    parameters.set('cursor', cursor);
  }
  return `${place}?${parameters.toString()}`;
}

function isPage(value: unknown): value is { items: unknown[]; nextCursor: string | null } {
  return isRecord(value) && Array.isArray(value['items']) && 'nextCursor' in value;
}

async function unreachable(cause: unknown): Promise<MatineeError> {
  const { MatineeError: Failure } = await import('@matinee/sdk');
  if (cause instanceof Error && cause.name === 'TimeoutError') {
    const message = `The server did not respond within ${patienceMs / 1_000} seconds.`;
    return new Failure({
      code: 'TIMEOUT',
      message,
      status: 0,
      details: { timeoutMs: patienceMs },
      cause,
    });
  }
  const message = 'The server cannot be reached.';
  return new Failure({ code: 'NETWORK_ERROR', message, status: 0, details: {}, cause });
}

/** The failure that the server describes, or one for a response that is not from Matinee. */
async function refusal(response: Response, error: unknown): Promise<MatineeError> {
  const { MatineeError: Failure } = await import('@matinee/sdk');
  const { status } = response;
  const requestId = response.headers.get('x-request-id') ?? undefined;
  if (isRecord(error) && typeof error['code'] === 'string') {
    const { code, message, details = {} } = error;
    const facts = { code, message: String(message), status, details, requestId };
    return new Failure(facts as unknown as ConstructorParameters<typeof Failure>[0]);
  }
  return new Failure({
    code: 'BAD_RESPONSE',
    message: `The response (HTTP ${status}) does not come from a Matinee server.`,
    status: 0,
    details: { httpStatus: status },
    requestId,
  });
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
