/** An event that is ready to be sent. */
export interface WebhookRequest {
  url: string;
  headers: Readonly<Record<string, string>>;
  /** JSON. */
  body: string;
}

/** What an endpoint answered. */
export interface WebhookAnswer {
  status: number;
  /** The header `Retry-After` as it was sent. */
  retryAfter: string | undefined;
  /** The first kilobyte of the body. */
  text: string;
}

/** An endpoint may take this long, in seconds. */
export const patienceSeconds = 15;

/** An endpoint could not be asked: its name is unknown, its address forbidden, or it took too long. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
  /** Whether the address is one that events are not sent to. */
  readonly isForbidden: boolean;

  constructor(message: string, { isForbidden = false } = {}) {
    super(message);
    this.isForbidden = isForbidden;
  }
}

/** Sends events; the host has the implementation. */
export interface WebhookSender {
  /**
   * Posts an event, once. Redirects are not followed, and no address is asked that `urlRefusal` or
   * `isPublicAddress` refuse.
   *
   * @throws Unreachable
   */
  send(request: WebhookRequest): Promise<WebhookAnswer>;
}

/** Reaches nothing. */
export const noWebhookSender: WebhookSender = {
  send: () => Promise.reject(new Unreachable('This server sends no webhooks.')),
};
