import { MatineeError } from './errors.ts';
import type { ErrorDetails, MatineeErrorCode } from './errors.ts';

/** How one attempt of a call ended. */
export type Outcome = { readonly ok: true; readonly value: unknown } | Failed;

export interface Failed {
  readonly ok: false;
  readonly error: MatineeError;
  /** How long the server asks to wait. */
  readonly retryAfterMs?: number;
  /** The access token that the call was sent with. */
  readonly token?: string | undefined;
}

/** What an answer says beside its body. */
export interface AnswerHead {
  readonly status: number;
  readonly requestId: string | undefined;
  readonly retryAfterMs: number | undefined;
}

/** A response as it came. */
export interface RawResponse {
  readonly status: number;
  readonly headers: Headers;
  /** Finds the request in the server's log. */
  readonly requestId: string | undefined;
  /** The body, before anything was made of it. */
  readonly text: string;
}

/** A failure as both surfaces name it. */
interface WrittenFailure {
  code: MatineeErrorCode;
  message: string;
  details: object;
  requestId?: string | null;
  httpStatus?: number;
}

export function readHead(response: Response): AnswerHead {
  return {
    status: response.status,
    requestId: response.headers.get('x-request-id') ?? undefined,
    retryAfterMs: readRetryAfter(response.headers.get('retry-after')),
  };
}

/**
 * The answers to the calls of one request as tRPC writes them: in a batch each call has its own.
 * Whatever else has come is written as the failure that it means.
 */
export function wellFormed(head: AnswerHead, text: string, calls: number): unknown[] {
  const body = parseJson(text);
  return Array.from({ length: calls }, (_, index) => {
    const answer = Array.isArray(body) ? (body as unknown[])[index] : body;
    const { result, error } = isRecord(answer) ? answer : {};
    const isGood = isRecord(result) && isRecord(result['data']) && head.status < 400;
    return isGood ? answer : asWritten(readFailure(head, error));
  });
}

/** What the server says to a request that it does not take at all. */
export function readRefusal(head: AnswerHead, text: string): Failed {
  const body = parseJson(text);
  return readFailure(head, isRecord(body) ? body['error'] : undefined);
}

/** A failure of ours as the server would have written it. */
function asWritten({ error }: Failed): object {
  const { userMessage: message, code: appCode, status: httpStatus, details, requestId } = error;
  const data = { appCode, httpStatus, details, requestId };
  return { error: { json: { message, code: -32_603, data } } };
}

/** The answer to a call over REST. */
export function readRestAnswer(head: AnswerHead, text: string): Outcome {
  const body = parseJson(text);
  if (isRecord(body) && body['success'] === true && head.status < 400) {
    return { ok: true, value: body['data'] };
  }
  return readFailure(head, isRecord(body) ? body['error'] : undefined);
}

/** A failure that the client itself found. */
export function clientFailure<Code extends MatineeErrorCode>(
  code: Code,
  message: string,
  { details, cause }: { details: ErrorDetails<Code>; cause?: unknown },
): Failed {
  return { ok: false, error: new MatineeError<Code>({ code, message, status: 0, details, cause }) };
}

/** A failure as the server writes it: in an answer, or in the middle of a stream. */
export function readFailure(head: AnswerHead, written: unknown): Failed {
  const failure = parseFailure(written);
  return failure ? refusal(head, failure) : strange(head);
}

function parseFailure(error: unknown): WrittenFailure | undefined {
  const shape = isRecord(error) && isRecord(error['json']) ? error['json'] : error;
  if (!isRecord(shape) || typeof shape['message'] !== 'string') {
    return undefined;
  }
  const { message } = shape;
  // tRPC keeps what is ours in `data` and calls our code `appCode`; the envelope of REST is flat.
  const data = isRecord(shape['data']) ? shape['data'] : { ...shape, appCode: shape['code'] };
  const { appCode, details, requestId, httpStatus } = data;
  if (typeof appCode !== 'string') {
    return undefined;
  }
  return {
    code: appCode as MatineeErrorCode,
    message,
    details: isRecord(details) ? details : {},
    ...(typeof requestId === 'string' ? { requestId } : {}),
    ...(typeof httpStatus === 'number' ? { httpStatus } : {}),
  };
}

function refusal(head: AnswerHead, failure: WrittenFailure): Failed {
  const { code, message, details, requestId = head.requestId, httpStatus = head.status } = failure;
  const error = new MatineeError({
    code,
    message,
    status: httpStatus,
    details,
    requestId: requestId ?? undefined,
  });
  const retryAfterMs = head.retryAfterMs ?? retryAfterOf(error);
  return { ok: false, error, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** The header belongs to the request; in a mixed batch only the details of a call tell its wait. */
function retryAfterOf(error: MatineeError): number | undefined {
  return error.code === 'RATE_LIMITED' && typeof error.details.retryAfterSeconds === 'number'
    ? error.details.retryAfterSeconds * 1_000
    : undefined;
}

/**
 * Something between here and the server answered, or the server is not Matinee. What its status
 * says is believed where it means "later"; otherwise there is nothing to be told about the call.
 */
function strange({ status, requestId, retryAfterMs }: AnswerHead): Failed {
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  const common = { status, requestId };
  if (status === 429) {
    const details = { retryAfterSeconds: Math.ceil((retryAfterMs ?? 1_000) / 1_000) };
    const message = 'Too many requests.';
    const error = new MatineeError({ ...common, code: 'RATE_LIMITED', message, details });
    return { ok: false, error, ...wait };
  }
  if (status === 408 || status >= 500) {
    const message = `The server is unavailable (HTTP ${status}).`;
    const error = new MatineeError({ ...common, code: 'UNAVAILABLE', message, details: {} });
    return { ok: false, error, ...wait };
  }
  const error = new MatineeError({
    code: 'BAD_RESPONSE',
    message: `The response (HTTP ${status}) does not come from a Matinee server. Check the url.`,
    status: 0,
    details: { httpStatus: status },
    requestId,
  });
  return { ok: false, error };
}

/** Seconds or a date, in milliseconds from now. */
function readRetryAfter(header: string | null): number | undefined {
  if (header === null) {
    return undefined;
  }
  const seconds = Number(header);
  const ms = Number.isNaN(seconds) ? Date.parse(header) - Date.now() : seconds * 1_000;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
