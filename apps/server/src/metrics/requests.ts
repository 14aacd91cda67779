import type { Request, Response } from 'express';
import { Counter, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';

/** Methods by their own name; Node reads some thirty more, which share one. */
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** The first part of a path that is served, never an id. */
const surfaces = /^\/(trpc|api\/v1|uploads|health|metrics|docs|redoc)(?=\/|\?|$)/;

/** Requests by method, surface and status. */
export class RequestMetrics {
  readonly #durations: Histogram<'method' | 'surface' | 'status'>;
  readonly #uploads: Counter<'outcome'>;

  readonly #renditions: Counter<'outcome'>;

  constructor(registers: Registry[]) {
    this.#durations = new Histogram({
      name: 'matinee_http_request_duration_seconds',
      help: 'Time from the first byte of a request to the last of its response.',
      labelNames: ['method', 'surface', 'status'],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    });
    this.#uploads = new Counter({
      name: 'matinee_poster_uploads_total',
      help: 'Pictures that administrators sent, by outcome (stored, refused).',
      labelNames: ['outcome'],
      registers,
    });
    this.#uploads.inc({ outcome: 'stored' }, 0);
    this.#uploads.inc({ outcome: 'refused' }, 0);
    this.#renditions = new Counter({
      name: 'matinee_poster_renditions_total',
      help:
        'Widths of posters that were not kept yet, by outcome (made, failed, skipped: the reader ' +
        'got the whole poster because too many waited).',
      labelNames: ['outcome'],
      registers,
    });
    for (const outcome of ['made', 'failed', 'skipped']) {
      this.#renditions.inc({ outcome }, 0);
    }
  }

  countRendition(outcome: 'made' | 'failed' | 'skipped'): void {
    this.#renditions.inc({ outcome });
  }

  countUpload(outcome: 'stored' | 'refused'): void {
    this.#uploads.inc({ outcome });
  }

  /** @returns a function to call when the response has ended */
  begin({ method, originalUrl }: Request, res: Response): () => void {
    const stop = this.#durations.startTimer();
    return () => {
      stop({
        method: methods.has(method) ? method : 'other',
        surface: surfaces.exec(originalUrl)?.[1] ?? 'other',
        status: res.statusCode,
      });
    };
  }
}
