import { createHmac } from 'node:crypto';
import type { StripeEvent, StripeObject } from './stripe-objects.ts';
import { nowSeconds } from './stripe-state.ts';
import type { StripeSwitches } from './stripe-switches.ts';

/** Where messages are sent, and with which secret they are signed. */
export interface StripeTarget {
  url: string;
  secret: string;
}

/** What became of one message. `status` is null when the server was not reached. */
export interface StripeDelivery {
  id: string;
  type: string;
  status: number | null;
}

/** The value of `Stripe-Signature` for a payload. */
export function stripeSignature(payload: string, secret: string, at = nowSeconds()): string {
  const v1 = createHmac('sha256', secret).update(`${at}.${payload}`).digest('hex');
  return `t=${at},v1=${v1}`;
}

/** Messages of the stand-in for Stripe: written when something happens, sent when a test says so. */
export class StripeMessages {
  /** All that were ever written, oldest first. */
  readonly all: StripeEvent[] = [];
  target: StripeTarget | null = null;
  readonly #switches: StripeSwitches;
  readonly #tag: string;
  #waiting: StripeEvent[] = [];

  constructor(switches: StripeSwitches, tag: string) {
    this.#switches = switches;
    this.#tag = tag;
  }

  readonly write = (type: string, object: StripeObject): void => {
    const event: StripeEvent = {
      id: `evt_${this.#tag}${(this.all.length + 1).toString().padStart(4, '0')}`,
      object: 'event',
      api_version: '2026-10-28.endive',
      created: nowSeconds(),
      data: { object: structuredClone(object) },
      livemode: false,
      type,
    };
    this.all.push(event);
    this.#waiting.push(event);
  };

  /** Sends what waits, as the switches say. A message that is not answered with 2xx waits for the next time. */
  async deliver(): Promise<StripeDelivery[]> {
    const { dropped, reordered, duplicate } = this.#switches;
    const taken = this.#waiting;
    this.#waiting = [];
    if (dropped) {
      return [];
    }
    const ordered = reordered ? taken.toReversed() : taken;
    const deliveries: StripeDelivery[] = [];
    for (const event of ordered.flatMap((each) => (duplicate ? [each, each] : [each]))) {
      deliveries.push(await this.send(event));
    }
    const failed = (id: string) => deliveries.some((each) => each.id === id && !isReceived(each));
    this.#waiting.unshift(...taken.filter(({ id }) => failed(id)));
    return deliveries;
  }

  /** Sends one message, for example an old one again. */
  async send(event: StripeEvent): Promise<StripeDelivery> {
    if (!this.target) {
      throw new Error('The stand-in has no target for its messages');
    }
    const { url, secret } = this.target;
    const body = JSON.stringify(event);
    const headers = {
      'content-type': 'application/json',
      'stripe-signature': stripeSignature(body, secret),
    };
    const response = await fetch(url, { method: 'POST', headers, body }).catch(() => null);
    await response?.arrayBuffer();
    return { id: event.id, type: event.type, status: response?.status ?? null };
  }
}

function isReceived({ status }: StripeDelivery): boolean {
  return status !== null && status >= 200 && status < 300;
}
