import { Counter } from 'prom-client';
import type { Registry } from 'prom-client';

const settlements = ['confirmed', 'reclaimed', 'gone', 'mismatch'] as const;

/** What has become of payments. */
export class PaymentMetrics {
  readonly #settled: Counter<'provider' | 'settlement'>;

  constructor(registers: Registry[]) {
    this.#settled = new Counter({
      name: 'matinee_payments_settled_total',
      help: 'Payments that this server read from their provider, by provider and settlement: confirmed, reclaimed (late, the seats were free), gone (late, returned), mismatch (another amount, returned), already, open, processing, cancelled.',
      labelNames: ['provider', 'settlement'],
      registers,
    });
  }

  /** A rate needs the zero before the first event. */
  watch(providers: readonly string[]): void {
    for (const provider of providers) {
      settlements.forEach((settlement) => this.#settled.inc({ provider, settlement }, 0));
    }
  }

  readonly settled = (provider: string, settlement: string): void => {
    this.#settled.inc({ provider, settlement });
  };
}
