import type { WebhookEvent } from './events.ts';
import { bytesOf, keyOf, signedContent } from './signature.ts';

/** The headers of a request: those of `fetch`, or of Node's `http`. */
export type WebhookHeaders =
  | { get(name: string): string | null }
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Why a request is not from the server: a header is missing; its time is no number, or more than five
 * minutes away; no signature fits the body and a secret; or the body is no event.
 */
export type WebhookProblem =
  | 'missing_header'
  | 'bad_timestamp'
  | 'too_old'
  | 'too_new'
  | 'wrong_signature'
  | 'bad_body';

/** A request that is not from the server, or has been changed on its way. Answer it with 400. */
export class WebhookVerificationError extends Error {
  override readonly name = 'WebhookVerificationError';
  readonly problem: WebhookProblem;

  constructor(problem: WebhookProblem, message: string) {
    super(message);
    this.problem = problem;
  }
}

/** A request as it was received. */
export interface ReceivedWebhook {
  /** The signature covers its bytes, so do not parse it before. */
  body: string | Uint8Array;
  headers: WebhookHeaders;
}

export interface VerifyOptions {
  /** The clock; by default that of this machine. */
  now?: Date;
  /** How far the time of the attempt may be from it, before and after; by default five minutes. */
  toleranceSeconds?: number;
}

const fiveMinutes = 5 * 60;

/**
 * Verifies that the server has sent a request, and returns its event with its instants as `Date`. Later
 * versions of the server have more types of events: ignore those that you do not know.
 *
 * @param secret as `admin.webhooks.create` has shown it; two while it is being replaced
 * @throws WebhookVerificationError
 *
 * @example
 * ```ts
 * import { verifyWebhook } from '@matinee/sdk/webhooks';
 *
 * export async function receive(request: Request, secret: string): Promise<void> {
 *   const received = { body: await request.text(), headers: request.headers };
 *   const event = await verifyWebhook(received, secret);
 *   if (event.type === 'reservation.confirmed') {
 *     console.log(event.data.reference);
 *   }
 * }
 * ```
 */
export async function verifyWebhook(
  { body, headers }: ReceivedWebhook,
  secret: string | readonly string[],
  { now = new Date(), toleranceSeconds = fiveMinutes }: VerifyOptions = {},
): Promise<WebhookEvent> {
  const [id, timestamp, signatures] = [
    header(headers, 'webhook-id'),
    header(headers, 'webhook-timestamp'),
    header(headers, 'webhook-signature'),
  ];
  assertRecent(timestamp, now, toleranceSeconds);
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
  const content = signedContent(id, timestamp, text);
  if (!(await isSigned(content, signatures, [secret].flat()))) {
    throw new WebhookVerificationError('wrong_signature', 'No signature fits the body.');
  }
  return read(text);
}

function header(headers: WebhookHeaders, name: string): string {
  const found =
    typeof headers.get === 'function'
      ? headers.get(name)
      : Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  if (typeof found !== 'string' || found === '') {
    throw new WebhookVerificationError('missing_header', `The header ${name} is missing.`);
  }
  return found;
}

function assertRecent(timestamp: string, now: Date, toleranceSeconds: number): void {
  if (!/^\d{1,12}$/.test(timestamp)) {
    throw new WebhookVerificationError(
      'bad_timestamp',
      'The header webhook-timestamp is no number.',
    );
  }
  const seconds = Number(timestamp) - Math.floor(now.getTime() / 1_000);
  if (seconds < -toleranceSeconds) {
    throw new WebhookVerificationError('too_old', 'The request is too old.');
  }
  if (seconds > toleranceSeconds) {
    throw new WebhookVerificationError('too_new', 'The request is from the future.');
  }
}

/** `crypto.subtle.verify` compares in constant time. */
async function isSigned(
  content: Uint8Array<ArrayBuffer>,
  signatures: string,
  secrets: readonly string[],
): Promise<boolean> {
  const keys = await Promise.all(secrets.map(keyOf));
  for (const written of signatures.split(' ')) {
    const [version, base64 = ''] = written.split(',');
    const signature = version === 'v1' ? bytesOf(base64) : undefined;
    for (const key of signature ? keys : []) {
      if (signature && (await crypto.subtle.verify('HMAC', key, signature, content))) {
        return true;
      }
    }
  }
  return false;
}

/** Keys whose values are instants, wherever they are in an event. */
export const instantKeys: ReadonlySet<string> = new Set([
  'at',
  'cancelledAt',
  'createdAt',
  'endTime',
  'endedAt',
  'openedAt',
  'payBefore',
  'resolvedAt',
  'startTime',
  'timestamp',
  'undoneAt',
  'updatedAt',
]);

function read(text: string): WebhookEvent {
  const event = parsed(text);
  if (typeof event !== 'object' || event === null || !('type' in event) || !('data' in event)) {
    throw new WebhookVerificationError('bad_body', 'The body is no event.');
  }
  return event as WebhookEvent;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text, (key, value: unknown) =>
      instantKeys.has(key) && typeof value === 'string' ? new Date(value) : value,
    );
  } catch {
    return undefined;
  }
}
