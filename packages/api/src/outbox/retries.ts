const minute = 60;
const hour = 60 * minute;

/** How often something is tried again. */
interface Schedule {
  /** Seconds to wait after each failed attempt. After the last one the delivery is dead. */
  delaysSeconds: readonly number[];
  /** Up to this share of a delay is added or taken away, so that what failed together comes back apart. */
  spread: number;
}

/**
 * A mail server that is restarted is back within the first delays, and a server that asks strangers to
 * come again (greylisting) lets them in by then; one that is down for a night is within the table.
 */
const mails: Schedule = {
  delaysSeconds: [minute, 5 * minute, 30 * minute, 2 * hour, 6 * hour, 24 * hour],
  spread: 0.2,
};

/** What is asked of providers of payments: seats and money wait for it. */
const payments: Schedule = {
  delaysSeconds: [10, minute, 5 * minute, 15 * minute, hour, 3 * hour, 8 * hour, 24 * hour],
  spread: 0,
};

/** As Standard Webhooks has it: three days, in which an operator notices. */
const webhooks: Schedule = {
  delaysSeconds: [5, 5 * minute, 30 * minute, ...[2, 5, 10, 14, 20, 24].map((each) => each * hour)],
  spread: 0.2,
};

/** The schedules of the consequences that are no mails. */
const schedules: Readonly<Partial<Record<string, Schedule>>> = {
  endUnwanted: payments,
  sendRefund: payments,
  settleReported: payments,
  sendWebhook: webhooks,
};

/** Seconds until the next attempt at a consequence; undefined when there is none. */
export function delayAfter(consequence: string, attempts: number): number | undefined {
  const { delaysSeconds, spread } = schedules[consequence] ?? mails;
  const delay = delaysSeconds[attempts - 1];
  return delay === undefined ? undefined : delay * (1 + spread * (2 * Math.random() - 1));
}

/** A failure whose receiver has said when the next attempt may come. */
export class LaterFailure extends Error {
  override readonly name = 'LaterFailure';
  /** The next attempt comes no sooner. */
  readonly seconds: number;

  constructor(message: string, seconds: number) {
    super(message);
    this.seconds = seconds;
  }
}

/** A failure that no repetition can mend: the delivery is dead immediately. */
export class PermanentFailure extends Error {
  override readonly name = 'PermanentFailure';
}
