import type { Observer } from '@matinee/api';
import { Histogram } from 'prom-client';
import type { Registry } from 'prom-client';

type Outcome = Parameters<Observer['webhookAttempted']>[0];

const outcomes: readonly Outcome[] = ['delivered', 'refused', 'unreachable', 'forbidden'];

/** Attempts to send events. */
export class WebhookMetrics {
  readonly #attempts: Histogram<'outcome'>;

  constructor(registers: Registry[]) {
    this.#attempts = new Histogram({
      name: 'matinee_webhook_attempts_seconds',
      help: 'Attempts of this server to send an event to a webhook endpoint, by outcome: delivered, refused (any answer but 2xx), unreachable, forbidden (an address that nothing is sent to).',
      labelNames: ['outcome'],
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15],
      registers,
    });
    // A rate needs the zero before the first event.
    outcomes.forEach((outcome) => this.#attempts.zero({ outcome }));
  }

  readonly attempted = (outcome: Outcome, seconds: number): void => {
    this.#attempts.observe({ outcome }, seconds);
  };
}
