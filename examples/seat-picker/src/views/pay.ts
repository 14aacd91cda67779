import { isMatineeError } from '@matinee/sdk';
import type { Payment, Reservation, Showtime } from '@matinee/sdk';
import { hrefOf } from '../address.ts';
import { create, heading } from '../elements.ts';
import { explain, isSignedOut } from '../failures.ts';
import { clock, longTime, startOf } from '../local-time.ts';
import { money } from '../money.ts';
import { seatNames } from '../seat-words.ts';
import { serverAheadMs } from '../server-clock.ts';
import type { Shop } from '../shop.ts';
import { mountStripeForm } from '../stripe-form.ts';
import type { StripeForm } from '../stripe-form.ts';
import type { View } from '../view.ts';
import { askToCancel } from './cancel-dialog.ts';
import { drawOutcome } from './pay-outcome.ts';

/** How often a payment is looked at that is on its way, in milliseconds. */
const lookEveryMs = 2_000;

/** The payment of a reservation, and how it has ended. */
export async function openPay(
  shop: Shop,
  reservationId: string,
  signal: AbortSignal,
): Promise<View> {
  const { matinee } = shop;
  const reservation = await matinee.reservations.get({ reservationId }, { signal });
  const showtimeId = reservation.showtime.id;
  const [showtime, aheadMs] = await Promise.all([
    matinee.showtimes.get({ showtimeId }, { signal }),
    serverAheadMs(matinee, showtimeId, signal),
  ]);
  return new PayView(shop, { reservation, showtime, aheadMs });
}

interface Sale {
  reservation: Reservation;
  showtime: Showtime;
  /** By how much the server's clock is ahead. */
  aheadMs: number;
}

/** The server decides everything: the view starts the payment, and asks what has become of it. */
class PayView implements View {
  readonly title = 'Pay';
  readonly body: HTMLElement;
  readonly #shop: Shop;
  readonly #aheadMs: number;
  readonly #heading: HTMLElement;
  readonly #place = create('div', { className: 'pay-form' });
  readonly #error = create('p', { className: 'error', role: 'alert' });
  readonly #state = create('p', { className: 'quiet', role: 'status' });
  readonly #timeLeft = create('strong', { id: 'time-left', role: 'timer' });
  readonly #countdown = create('p', { id: 'countdown' }, [
    create('span', {}, ['Pay within ', this.#timeLeft]),
  ]);
  readonly #pay = create('button', { className: 'primary', type: 'button' });
  readonly #cancel = create('button', { type: 'button', textContent: 'Cancel the booking' });
  readonly #panel: HTMLElement;
  #reservation: Reservation;
  #onPay: () => Promise<void> = async () => {};
  #form: StripeForm | undefined;
  #isClosed = false;
  #isBusy = false;
  #isLate = false;
  #ticking: ReturnType<typeof setInterval> | undefined;
  #nextLook: ReturnType<typeof setTimeout> | undefined;

  constructor(shop: Shop, { reservation, showtime, aheadMs }: Sale) {
    this.#shop = shop;
    this.#reservation = reservation;
    this.#aheadMs = aheadMs;
    const buttons = create('div', { className: 'buttons' }, [this.#pay, this.#cancel]);
    this.#panel = create('div', { className: 'pay-panel', tabIndex: -1 }, [
      this.#countdown,
      this.#place,
      this.#error,
      this.#state,
      buttons,
    ]);
    this.#pay.addEventListener('click', () => void this.#act(this.#onPay));
    this.#cancel.addEventListener('click', () => {
      askToCancel(shop.matinee, this.#reservation, (changed) => this.#end(changed));
    });
    this.#heading = heading(reservation.status === 'pending' ? 'Pay for your seats' : 'Your seats');
    this.body = create('section', { className: 'card narrow pay' }, [
      this.#heading,
      drawSale(reservation, showtime),
      this.#panel,
    ]);
  }

  opened(): void {
    if (this.#reservation.status === 'pending') {
      this.#tick();
      this.#ticking = setInterval(() => this.#tick(), 1_000);
      void this.#act(() => this.#start());
    } else {
      this.#panel.replaceChildren(drawOutcome(this.#reservation));
    }
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#ticking);
    clearTimeout(this.#nextLook);
    this.#form?.close();
  }

  /** Opens the payment, or the one that is open, and offers the way to pay. */
  async #start(): Promise<void> {
    this.#offer('Try again', () => this.#start());
    this.#state.textContent = 'Preparing the payment…';
    try {
      const { id: reservationId } = this.#reservation;
      await this.#prepare(await this.#shop.matinee.payments.start({ reservationId }));
      this.#state.textContent = '';
    } catch (error) {
      this.#state.textContent = '';
      if (isMatineeError(error) && error.code === 'NOT_PENDING') {
        await this.#look();
        return;
      }
      throw error;
    }
  }

  async #prepare(payment: Payment): Promise<void> {
    const { id, clientAction, lastError } = payment;
    this.#reservation = { ...this.#reservation, payment };
    this.#error.textContent = lastError === null ? '' : `${lastError} You can try again.`;
    switch (clientAction?.type) {
      case 'stripe_payment_intent': {
        this.#form?.close();
        this.#form = await mountStripeForm(this.#place, clientAction);
        if (this.#isClosed) {
          this.#form.close();
        }
        this.#offer(this.#payWords(), () => this.#confirm(id));
        return;
      }
      case 'redirect':
        this.#place.replaceChildren(create('p', { textContent: redirectWords }));
        this.#offer(this.#payWords(), async () => location.assign(clientAction.url));
        return;
      default:
        // Paid already, or on its way.
        await this.#look();
    }
  }

  #payWords(): string {
    const { total, currency } = this.#reservation;
    return `Pay ${money(total, currency)}`;
  }

  async #confirm(paymentId: string): Promise<void> {
    this.#state.textContent = 'Paying…';
    const confirmed = await this.#form?.confirm(paymentId);
    this.#state.textContent = '';
    if (confirmed?.outcome === 'declined') {
      this.#error.textContent = `${confirmed.message} You can try again.`;
      return;
    }
    if (confirmed?.outcome === 'unclear') {
      this.#error.textContent = confirmed.message;
    }
    await this.#look();
  }

  /** Asks the server what has become of the payment, again and again while it is on its way. */
  async #look(): Promise<void> {
    clearTimeout(this.#nextLook);
    const { payments, reservations } = this.#shop.matinee;
    const { id: reservationId, payment } = this.#reservation;
    let status: Payment['status'] = 'processing';
    try {
      if (payment) {
        ({ status } = await payments.sync({ paymentId: payment.id }));
      }
      this.#reservation = await reservations.get({ reservationId });
    } catch (error) {
      if (isSignedOut(error)) {
        return;
      }
    }
    if (this.#reservation.status !== 'pending') {
      this.#end(this.#reservation);
    } else if (!this.#isLate && (status === 'open' || status === 'cancelled')) {
      this.#state.textContent = '';
      this.#pay.hidden = false;
      if (status === 'cancelled') {
        // The provider has ended this attempt. A new one is another payment.
        this.#error.textContent ||= failedWords;
        this.#offer('Try again', () => this.#start());
      }
    } else if (!this.#isClosed) {
      this.#state.textContent = this.#isLate ? lateWords : waitWords;
      this.#pay.hidden = true;
      this.#nextLook = setTimeout(() => void this.#look(), lookEveryMs);
    }
  }

  #end(reservation: Reservation): void {
    if (this.#isClosed) {
      return;
    }
    this.#reservation = reservation;
    this.close();
    this.#heading.textContent = 'Your seats';
    this.#panel.replaceChildren(drawOutcome(reservation));
    this.#panel.focus();
    void this.#shop.held.read();
  }

  /** Shows the button with what it does now. */
  #offer(words: string, onPay: () => Promise<void>): void {
    this.#pay.hidden = false;
    this.#pay.textContent = words;
    this.#onPay = onPay;
  }

  async #act(act: () => Promise<void>): Promise<void> {
    this.#setBusy(true);
    this.#error.textContent = '';
    try {
      await act();
    } catch (error) {
      if (!isSignedOut(error)) {
        this.#error.textContent = explainPaying(error);
      }
    } finally {
      this.#setBusy(false);
    }
  }

  #setBusy(isBusy: boolean): void {
    this.#isBusy = isBusy;
    this.#pay.disabled = isBusy;
    this.#cancel.disabled = isBusy;
  }

  #tick(): void {
    const payBefore = this.#reservation.payment?.payBefore?.getTime() ?? 0;
    const seconds = Math.ceil((payBefore - this.#aheadMs - Date.now()) / 1_000);
    this.#timeLeft.textContent = clock(Math.max(0, seconds));
    this.#countdown.classList.toggle('soon', seconds < 60);
    // A payment that is being made may still be in time.
    if (seconds <= 0 && !this.#isBusy && !this.#isLate) {
      this.#isLate = true;
      this.#form?.close();
      this.#place.replaceChildren();
      this.#countdown.hidden = true;
      this.#cancel.hidden = true;
      void this.#act(() => this.#look());
    }
  }
}

/** Anything that is not the server's is Stripe's form. */
function explainPaying(error: unknown): string {
  if (!isMatineeError(error)) {
    return 'The payment form cannot be loaded. Check your connection, and try again.';
  }
  return error.code === 'UNAVAILABLE'
    ? 'The payment service does not respond. Your seats stay reserved; please try again.'
    : explain(error);
}

const redirectWords =
  'You pay on the page of the provider, and return here afterwards. Your seats stay reserved meanwhile.';
const failedWords = 'The payment has failed. Nothing was charged.';
const waitWords = 'Your payment is on its way. This page shows your booking as soon as it arrives.';
const lateWords = 'Your time to pay is up. We are asking whether a payment has arrived.';

function drawSale(
  { seats, total, currency, reference }: Reservation,
  { id, movie, theater, startTime }: Showtime,
): HTMLElement {
  return create('div', { className: 'sale' }, [
    create('p', {}, [create('strong', { textContent: movie.title })]),
    create('p', { textContent: longTime(startOf({ theater, startTime })) }),
    create('p', { className: 'quiet', textContent: `${theater.name}, ${reference}` }),
    create('p', { className: 'due' }, [
      create('span', { textContent: seatNames(seats) }),
      create('strong', { textContent: money(total, currency) }),
    ]),
    create('a', {
      className: 'back',
      href: hrefOf({ view: 'seats', showtimeId: id }),
      textContent: '← The seats of this show',
    }),
  ]);
}
