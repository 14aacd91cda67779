import type { ScannedCode } from '@matinee/api';
import { Counter, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';

/** Tickets that were drawn, and scans at the doors. */
export class TicketMetrics {
  readonly #scans: Counter<'result' | 'reason' | 'late'>;
  readonly #drawn: Histogram<'outcome'>;

  constructor(registers: Registry[]) {
    this.#scans = new Counter({
      name: 'matinee_ticket_scans_total',
      help: 'Scans at the doors, by result (admitted, already_admitted, refused), reason of a refusal, and whether the door reported late because it had no network.',
      labelNames: ['result', 'reason', 'late'],
      registers,
    });
    this.#drawn = new Histogram({
      name: 'matinee_ticket_files_seconds',
      help: 'Time to draw a PDF file of tickets, by outcome (drawn, failed), without its wait.',
      labelNames: ['outcome'],
      buckets: [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    });
    // A rate needs the zero before the first event.
    for (const result of ['admitted', 'already_admitted'] as const) {
      this.#scans.inc({ result, reason: '', late: 'no' }, 0);
    }
    (['drawn', 'failed'] as const).forEach((outcome) => this.#drawn.zero({ outcome }));
  }

  readonly scanned = ({ result, reason, isLate }: ScannedCode): void => {
    this.#scans.inc({ result, reason: reason ?? '', late: isLate ? 'yes' : 'no' });
  };

  readonly drawn = (outcome: 'drawn' | 'failed', seconds: number): void => {
    this.#drawn.observe({ outcome }, seconds);
  };
}
