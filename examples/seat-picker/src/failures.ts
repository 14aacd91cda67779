import { isMatineeError } from '@matinee/sdk';
import type { MatineeError, Seat } from '@matinee/sdk';
import { money } from './money.ts';
import { seatName, statusWords } from './seat-words.ts';

/** A failure as a sentence for customers. `seats` turns the ids in the details into names. */
export function explain(error: unknown, seats: readonly Seat[] = []): string {
  if (!isMatineeError(error)) {
    return 'Something went wrong on this page. Load it again.';
  }
  const names = (ids: string[]) =>
    ids
      .map((id) => seats.find((seat) => seat.id === id))
      .map((seat) => (seat ? seatName(seat) : 'a seat'));
  return (
    explainSeats(error, names) ??
    explainSignIn(error) ??
    explainPayment(error) ??
    explainRest(error)
  );
}

/** Whether the call failed because the customer is not signed in, or no longer. */
export function isSignedOut(error: unknown): boolean {
  return (
    isMatineeError(error) &&
    ['AUTHENTICATION_REQUIRED', 'TOKEN_EXPIRED', 'TOKEN_INVALID'].includes(error.code)
  );
}

/** How the seats of each rule are sold. */
const ruleWords: Partial<Record<string, string>> = {
  accessibility_not_asked: 'This place is kept for customers with a wheelchair.',
  companion_alone: 'This seat is for companions: choose the wheelchair place beside it first.',
  too_many_companions: 'A wheelchair place has at most three companion seats.',
  pair_split: 'A love seat is sold as a whole.',
};

function explainSeats(
  error: MatineeError,
  names: (seatIds: string[]) => string[],
): string | undefined {
  switch (error.code) {
    case 'SEATS_UNAVAILABLE': {
      const each = error.details.seats.map(
        ({ seatId, reason }) => `${names([seatId]).join('')} is ${statusWords[reason] ?? 'taken'}`,
      );
      return `Another customer was faster: ${each.join(', ')}. Please choose other seats.`;
    }
    case 'LOCK_EXPIRED': {
      const gone = names(error.details.seats.map(({ seatId }) => seatId)).join(', ');
      return `Your time is up${gone && ` for ${gone}`}. Nothing was booked; please choose again.`;
    }
    case 'SEAT_LIMIT_EXCEEDED':
      return error.details.scope === 'account'
        ? `You can lock at most ${error.details.limit} seats of all shows together.`
        : `You can lock at most ${error.details.limit} seats of one show.`;
    case 'SEAT_RULE':
      return ruleWords[error.details.rule] ?? 'These seats are not sold like this.';
    case 'LOCK_EXTENSION_LIMIT':
      return 'Your seats cannot be locked any longer. Please decide.';
    case 'PAYMENT_PENDING':
      return 'These seats are waiting for your payment.';
    case 'SHOWTIME_STARTED':
      return 'This show has started; its seats are no longer on sale.';
    case 'SHOWTIME_CANCELLED':
      return 'This show has been cancelled. Please choose another one.';
    default:
      return undefined;
  }
}

function explainSignIn(error: MatineeError): string | undefined {
  switch (error.code) {
    case 'INVALID_CREDENTIALS':
      return 'The e-mail address or the password is wrong.';
    case 'EMAIL_TAKEN':
      return 'An account with this address already exists. Sign in instead.';
    case 'SECOND_FACTOR_REQUIRED':
      return 'Please give the code of your authenticator app, or a recovery code.';
    case 'AUTHENTICATION_REQUIRED':
    case 'TOKEN_EXPIRED':
    case 'TOKEN_INVALID':
      return 'You have been signed out. Please sign in again.';
    case 'VALIDATION_ERROR':
      return `Please check what you entered: ${error.details.issues
        .map(({ path, message }) => `${path.join('.')} ${message}`)
        .join('; ')}`;
    default:
      return undefined;
  }
}

function explainPayment(error: MatineeError): string | undefined {
  switch (error.code) {
    case 'PAYMENT_FAILED':
      return error.details.mayRetry
        ? 'The payment could not be started. Please try again.'
        : 'The payment was refused. Nothing was charged.';
    case 'AMOUNT_TOO_SMALL':
      return `At least ${money(error.details.minimum, error.details.currency)} can be paid here. Please choose another seat as well.`;
    case 'PRICE_CHANGED':
      return 'The price has changed in the meantime. Nothing was booked; please look at the total again.';
    case 'TICKET_TYPE_NOT_ALLOWED':
      return `These tickets are not sold together. ${error.details.reason}`;
    case 'AGE_RESTRICTED':
      return `This film is for people of ${error.details.minimumAge} and older.`;
    default:
      return undefined;
  }
}

function explainRest(error: MatineeError): string {
  switch (error.code) {
    case 'NETWORK_ERROR':
    case 'TIMEOUT':
      return 'The cinema cannot be reached. Check your connection, and try again.';
    case 'RATE_LIMITED':
      return `Too many attempts. Try again in ${error.details.retryAfterSeconds} seconds.`;
    case 'NOT_FOUND':
      return 'This is no longer in the programme. Please choose again.';
    case 'UNAVAILABLE':
    case 'IDEMPOTENCY_CONFLICT':
      return 'The box office is very busy. Please try again in a moment.';
    default:
      return `This did not work. If you contact us about it, mention ${error.requestId ?? error.code}.`;
  }
}
