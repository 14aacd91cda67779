import type { Facts } from '../outbox/facts.ts';

/**
 * Why a reservation has ended, as its customer is written to; `wrong_amount`: it was paid with other money,
 * which is returned.
 */
export type EndCause =
  | Exclude<Facts['reservation.cancelled']['cause'], 'exchanged'>
  | 'wrong_amount';

/** What a letter says around its facts. */
export interface Words {
  subject: string;
  /** The first sentences, below the salutation. */
  opening: string;
  closing: string;
}

/** A show in a letter. */
interface About {
  movie: string;
  reference: string;
}

/** All that mails say in one language. Dates, times and amounts are those of `Intl`. */
export interface Catalogue {
  /** A BCP 47 tag: the language of the HTML part. */
  language: string;
  salutation(firstName: string | null): string;
  /** A date and a time of day in one line. */
  moment(date: string, time: string): string;
  /** What stands between a name and its value in plain text, with a space where the language has one. */
  colon: string;
  facts: {
    reference: string;
    movie: string;
    starts: string;
    theater: string;
    seats: (count: number) => string;
    total: string;
    refund: string;
    reason: string;
    givenBack: string;
    insteadOf: (seat: string) => string;
    when: string;
    address: string;
  };
  links: {
    booking: string;
    tickets: string;
    resetPassword: string;
    verifyEmail: string;
    unsubscribe: string;
  };
  /** What to show at the entrance: tickets, or the reference where none are issued. */
  atTheDoor: { tickets: string; reference: string };
  confirmation(about: About): Words;
  reminder(about: About): Words;
  /** As a text message. */
  reminderText(show: About & { when: string; theater: string; seats: string }): string;
  phoneCode(code: string): string;
  newTickets(about: About): Words;
  newSeats(about: About): Words;
  partialCancellation(about: About): Words;
  cancellation(cause: EndCause, about: About): Words;
  passwordReset: Words;
  emailProof: Words;
  passwordChanged: Words;
  secondFactorAdded: Words;
  secondFactorRemoved: Words;
  /** For administrators: a webhook endpoint answered 410, or has failed for days. */
  webhookDisabled(reason: 'gone' | 'failing'): Words;
}
