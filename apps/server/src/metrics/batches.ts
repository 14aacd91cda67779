import type { App } from '@matinee/api';
import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

/** Requests that shared round trips: seat locks, purchases, the sessions and API keys of all calls. */
export function observeBatches({ bookings, sessions, apiKeys }: App, registers: Registry[]): void {
  const labelNames = ['kind'] as const;
  const figures = () =>
    Object.entries({
      ...bookings.figures,
      session: sessions.figures,
      api_key: apiKeys.figures,
    });
  const counted = {
    batches: 'Round trips for calls; on a quiet server each carries one.',
    calls: 'Calls in those round trips; divided by their number, the mean size of a batch.',
    alone: 'Calls that were repeated alone because their batch failed.',
  };
  for (const [name, help] of Object.entries(counted)) {
    const key = name as keyof typeof counted;
    const counter = new Counter({
      name: name === 'batches' ? 'matinee_batches_total' : `matinee_batch_${name}_total`,
      help,
      labelNames,
      registers,
      collect: () => {
        counter.reset();
        figures().forEach(([kind, each]) => counter.inc({ kind }, each[key]));
      },
    });
  }
  const waiting = new Gauge({
    name: 'matinee_batch_waiting',
    help: 'Calls that wait for the next round trip.',
    labelNames,
    registers,
    collect: () => figures().forEach(([kind, each]) => waiting.set({ kind }, each.waiting)),
  });
}
