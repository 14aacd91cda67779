import { Counter, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';

/** How a run of a background job ended. */
export type JobOutcome = 'done' | 'failed';

/** The background jobs that ran on this server. */
export class JobMetrics {
  readonly #runs: Counter<'job_name' | 'outcome'>;
  readonly #durations: Histogram<'job_name'>;

  constructor(registers: Registry[]) {
    this.#runs = new Counter({
      name: 'matinee_job_runs_total',
      help: 'Runs of background jobs on this server, by job and outcome (done, failed).',
      labelNames: ['job_name', 'outcome'],
      registers,
    });
    this.#durations = new Histogram({
      name: 'matinee_job_duration_seconds',
      help: 'Time of a run of a background job on this server, by job.',
      labelNames: ['job_name'],
      buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60],
      registers,
    });
  }

  count(job: string, outcome: JobOutcome, seconds: number): void {
    this.#runs.inc({ job_name: job, outcome });
    this.#durations.observe({ job_name: job }, seconds);
  }
}
