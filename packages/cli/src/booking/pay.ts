import { setTimeout as delay } from 'node:timers/promises';
import { isMatineeError } from '@matinee/sdk';
import type { Matinee, Payment, Reservation } from '@matinee/sdk';
import { CliError, exitCodes } from '../failure.ts';
import { onInterrupt } from '../interrupt.ts';
import { cut, plain } from '../output/text.ts';
import { localTime, minutesAndSeconds, zoneName } from '../output/time.ts';
import type { Session } from '../session.ts';

/** A webhook of the provider brings the news as well, so there is no hurry. */
const lookEveryMs = 3_000;
const drawEveryMs = 250;

/** What is to be paid, and the time zone of the theater. */
export interface Due {
  reservation: Reservation;
  timezone: string;
}

/**
 * Waits until the server has confirmed or cancelled a reservation. The command takes no card: it
 * says where the customer pays. Ctrl+C leaves the reservation to be paid elsewhere.
 *
 * @returns the reservation once it is confirmed
 * @throws CliError when the time is over, or the seats are gone
 */
export async function waitForPayment(
  session: Session,
  matinee: Matinee,
  { reservation: { id: reservationId, reference }, timezone }: Due,
): Promise<Reservation> {
  const forget = onInterrupt(() => {
    session.talk(`\n${reference} still waits for its payment.`);
  });
  let reservation: Reservation;
  try {
    const payment = await matinee.payments.start({ reservationId });
    session.talk(wayToPay(payment, { reference, timezone }));
    reservation = await untilEnded(session, matinee, payment);
  } catch (error) {
    session.talk(`\nSee the reservation with: matinee reservations get ${reference}`);
    throw error;
  } finally {
    forget();
  }
  if (reservation.status === 'confirmed') {
    return reservation;
  }
  throw new CliError(exitCodes.conflict, endings[reservation.cancelReason ?? 'customer']);
}

const endings: Record<NonNullable<Reservation['cancelReason']>, string> = {
  customer: 'The reservation was cancelled.',
  staff: 'The reservation was cancelled by the cinema.',
  show_cancelled: 'The show was cancelled.',
  payment_expired: 'The reservation was not paid in time.',
  seats_gone: 'The payment came too late, and the seats were taken. The money goes back.',
};

function wayToPay(
  { clientAction, amount, currency, payBefore }: Payment,
  { reference, timezone }: { reference: string; timezone: string },
): string {
  const until = payBefore && `${localTime(payBefore, timezone)} ${zoneName(payBefore, timezone)}`;
  const due = `${amount} ${currency} is due for ${reference}.`;
  const way =
    clientAction?.type === 'redirect'
      ? `${due} Pay here:\n${plain(clientAction.url)}`
      : `${due} This cinema takes cards in the browser:\nopen its page, sign in with this account, and pay there.`;
  const end = until ? `\nPay before ${until}.` : '';
  return `${way}${end}\nSee it with: matinee payments get ${reference}`;
}

/**
 * The server decides when a reservation has ended: the local clock may be wrong, and a payment that
 * was made in the last moment still counts. The clock only draws the countdown.
 *
 * @returns the reservation once it is no longer pending
 */
async function untilEnded(
  session: Session,
  matinee: Matinee,
  payment: Payment,
): Promise<Reservation> {
  const { talk } = session.terminal;
  let paymentId = payment.id;
  let lookAt = Date.now() + lookEveryMs;
  for (;;) {
    talk.write(`\r\u001b[2K${cut(line(payment.payBefore), (talk.columns || 80) - 1)}`);
    await delay(drawEveryMs);
    if (Date.now() < lookAt) {
      continue;
    }
    const seen = await look(matinee, { paymentId, reservationId: payment.reservationId });
    if (seen && seen.status !== 'pending') {
      talk.write('\n');
      return seen;
    }
    // The customer may have started another payment in the browser.
    paymentId = seen?.payment?.id ?? paymentId;
    lookAt = Date.now() + lookEveryMs;
  }
}

function line(payBefore: Date | null): string {
  const leftMs = payBefore ? payBefore.getTime() - Date.now() : 0;
  return leftMs > 0
    ? `${minutesAndSeconds(leftMs)} left  Waiting for the payment  (Ctrl+C: pay later)`
    : 'The time is over. Waiting for the server  (Ctrl+C: stop waiting)';
}

/**
 * Asks the provider, then the server. A provider or a server that is away for a moment changes
 * nothing.
 *
 * @returns undefined while one of them does not respond
 */
async function look(
  matinee: Matinee,
  { paymentId, reservationId }: { paymentId: string; reservationId: string },
): Promise<Reservation | undefined> {
  try {
    await matinee.payments.sync({ paymentId });
    return await matinee.reservations.get({ reservationId });
  } catch (error) {
    if (isMatineeError(error) && error.isRetryable) {
      return undefined;
    }
    throw error;
  }
}
