/* What clients asked and were told, with the time of one monotonic clock before and after. */

/** What a client asks for. Every seat it concerns is named, also where the request names none. */
export type Call = { showtimeId: string; seatIds: readonly string[] } & (
  | { kind: 'lock' | 'extend' | 'unlock' | 'confirm'; user: string }
  | { kind: 'cancel'; user: string; reservationId: string }
  /** `close`: the show does not take place. `look`: at the seats, or straight into the database. */
  | { kind: 'close' | 'look' }
);

/** A seat as somebody saw it; `user` and `reservationId` where they were to be seen. */
export interface Seen {
  status: 'available' | 'locked' | 'reserved';
  user?: string | undefined;
  /** Locked, and by somebody else than this user. */
  notUser?: string | undefined;
  reservationId?: string | undefined;
}

export type Answer =
  | {
      outcome: 'ok';
      /** `lock`, `extend`: what is left of each seat's lock, by the answer's own `now`. */
      leftMs?: Readonly<Record<string, number>>;
      /** `unlock`: the seats that were given back. */
      freed?: readonly string[];
      /** `confirm`. */
      reservationId?: string;
      /** `look`. */
      seen?: Readonly<Record<string, Seen>>;
    }
  /** `seats`: the seats that the details name, and why. */
  | { outcome: 'refused'; code: string; seats?: Readonly<Record<string, string>> }
  /** No answer: whether it had an effect is not known. */
  | { outcome: 'unknown' };

/** One call and its answer. `end` of an unknown one: when it can have an effect no more. */
export interface Entry {
  readonly call: Call;
  readonly answer: Answer;
  readonly start: number;
  readonly end: number;
}

export interface Rules {
  readonly ttlMs: number;
  readonly maxMs: number;
  readonly slackMs?: number;
}
