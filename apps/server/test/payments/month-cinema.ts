import type { App } from '@matinee/api';
import { expirePayments } from '@matinee/api';
import { aShowtime, aUser, followUp, hours, letPaymentExpire } from '@matinee/api/testing';
import type { Person, Scene } from '@matinee/api/testing';
import { decimal, leftOf, returnFor } from './month-ledger.ts';
import type { Entry, Ledger, Taker, Tiers } from './month-ledger.ts';
import type { ProviderSide } from './month-takers.ts';
import type { StripeStandIn } from './stripe-stand-in.ts';

/** A show, and the seats that were not wanted yet. */
interface Show extends Scene {
  hoursToStart: number;
  cents: number;
  free: string[];
  isCancelled: boolean;
}

/** A purchase that was paid for. */
interface Sold extends Entry {
  user: Person;
  reservationId: string;
  paymentId: string;
  isDisputed: boolean;
  wasDisputed: boolean;
}

const policies: readonly Tiers[] = [
  [
    { hoursBefore: 24, percent: 100 },
    { hoursBefore: 2, percent: 50 },
  ],
  [{ hoursBefore: 0, percent: 37 }],
  [
    { hoursBefore: 48, percent: 90 },
    { hoursBefore: 3, percent: 33 },
  ],
  [],
];

const prices = [999, 1_337, 701, 2_550, 1_001];
const starts = [1.5, 5, 30, 100];

/** The site of all theaters that name no other. */
const defaultSite = '00000000-0000-7000-8000-000000000002';
/** A cinema in which things happen at random; the ledger is told what they must cost. */
export class Cinema {
  readonly shows: Show[] = [];
  readonly #app: App;
  readonly #stripe: StripeStandIn;
  readonly #sides: Record<Taker, ProviderSide>;
  readonly #ledger: Ledger;
  readonly #random: () => number;
  readonly #sold: Sold[] = [];
  #tiers: Tiers = [];
  /** Refunds of Stripe that take until tomorrow. */
  #onTheirWay: { sold: Sold; cents: number; refund: string }[] = [];

  constructor(
    app: App,
    world: {
      stripe: StripeStandIn;
      sides: Record<Taker, ProviderSide>;
      ledger: Ledger;
      random: () => number;
    },
  ) {
    this.#app = app;
    this.#stripe = world.stripe;
    this.#sides = world.sides;
    this.#ledger = world.ledger;
    this.#random = world.random;
  }

  /** One day: what was on its way arrives, the policy changes, people buy, and change their minds. */
  async day(): Promise<void> {
    await this.#finishRefunds();
    if (this.#ledger.day % 3 === 0) {
      await this.#openShow();
    }
    await this.#changePolicy();
    for (let count = 0; count < 7; count += 1) {
      await this.#pick([
        () => this.#buy(),
        () => this.#buy(),
        () => this.#buyAfterDecline(),
        () => this.#abandon(),
        () => this.#payLate(true),
        () => this.#payLate(false),
        () => this.#payWrong(),
      ])();
    }
    for (let count = 0; count < 8 && this.#sold.length > 0; count += 1) {
      const sold = this.#pick(this.#sold);
      await this.#pick([
        () => this.#cancelSeats(sold),
        () => this.#cancelByStaff(sold),
        () => this.#refundSlowly(sold),
        () => this.#refuseRefund(sold),
        () => this.#refundForGoodwill(sold),
        () => this.#refundInDashboard(sold),
        () => this.#dispute(sold),
        () => this.#closeDispute(sold, this.#pick(['won', 'lost'])),
      ])();
    }
    if (this.#ledger.day % 7 === 6) {
      await this.#cancelShow();
      await this.#loseOf('stripe');
      await this.#loseOf('paypal');
    }
    await followUp(this.#app);
  }

  /** The last refunds arrive. */
  async end(): Promise<void> {
    await this.#finishRefunds();
  }

  #pick<Value>(values: readonly Value[]): Value {
    const value = values[Math.floor(this.#random() * values.length)];
    if (value === undefined) {
      throw new Error('There is nothing to choose from.');
    }
    return value;
  }

  async #openShow(): Promise<void> {
    const cents = this.#pick(prices);
    const hoursToStart = this.#pick(starts);
    const startsIn = hours(hoursToStart);
    const scene = await aShowtime(this.#app, { seats: 50, startsIn, price: decimal(cents) });
    const free = [...scene.seatIds];
    this.shows.push({ ...scene, hoursToStart, cents, free, isCancelled: false });
  }

  async #changePolicy(): Promise<void> {
    this.#tiers = this.#pick(policies);
    const refundPolicy = { tiers: [...this.#tiers], feeRefundable: false };
    await this.shows[0]?.admin.call.sites.update({ siteId: defaultSite, refundPolicy });
  }

  // --- Purchases. ---

  async #reserve(): Promise<{ sold: Sold; show: Show; total: number } | undefined> {
    const show = this.#pick(this.shows);
    const seatIds = show.free.splice(0, 1 + Math.floor(this.#random() * 4));
    if (show.isCancelled || seatIds.length === 0) {
      return undefined;
    }
    const user = await aUser(this.#app);
    const showtimeId = show.showtime.id;
    await user.call.showtimes.lockSeats({ showtimeId, seatIds });
    const total = seatIds.length * show.cents;
    const made = await user.call.reservations.create({ showtimeId, seatIds });
    const taker = this.#pick<Taker>(['stripe', 'paypal']);
    const reservationId = made.id;
    const { id: paymentId } = await user.call.payments.start({ reservationId, provider: taker });
    const sold: Sold = {
      user,
      reservationId,
      paymentId,
      taker,
      show: showtimeId,
      seats: new Map(seatIds.map((id) => [id, show.cents])),
      tiers: this.#tiers,
      hoursToStart: show.hoursToStart,
      captured: 0,
      refunded: 0,
      lost: 0,
      isDisputed: false,
      wasDisputed: false,
    };
    this.#ledger.entries.push(sold);
    return { sold, show, total };
  }

  async #sync({ user, paymentId }: Sold): Promise<void> {
    await user.call.payments.sync({ paymentId });
    await followUp(this.#app);
  }

  async #buy(): Promise<void> {
    const wish = await this.#reserve();
    if (wish) {
      await this.#pay(wish.sold, wish.total);
      this.#sold.push(wish.sold);
    }
  }

  async #pay(sold: Sold, total: number): Promise<void> {
    this.#sides[sold.taker].pay(sold.paymentId, total);
    this.#ledger.capture(sold, total);
    await this.#sync(sold);
  }

  async #buyAfterDecline(): Promise<void> {
    const wish = await this.#reserve();
    if (wish) {
      this.#sides[wish.sold.taker].decline(wish.sold.paymentId);
      await this.#sync(wish.sold);
      await this.#pay(wish.sold, wish.total);
      this.#sold.push(wish.sold);
    }
  }

  async #abandon(): Promise<void> {
    const wish = await this.#reserve();
    if (wish) {
      await letPaymentExpire(this.#app, wish.sold.reservationId, { locks: false });
      await expirePayments(this.#app);
    }
  }

  /** The lock has ended; somebody has taken a seat meanwhile, or not. */
  async #payLate(isTaken: boolean): Promise<void> {
    const wish = await this.#reserve();
    if (!wish) {
      return;
    }
    const { sold, total } = wish;
    await letPaymentExpire(this.#app, sold.reservationId, { locks: true });
    if (isTaken) {
      const other = await aUser(this.#app);
      const seatIds = [...sold.seats.keys()].slice(0, 1);
      await other.call.showtimes.lockSeats({ showtimeId: sold.show, seatIds });
      await this.#pay(sold, total);
      this.#ledger.refund(sold, total);
      sold.seats.clear();
    } else {
      await this.#pay(sold, total);
      this.#sold.push(sold);
    }
  }

  async #payWrong(): Promise<void> {
    const wish = await this.#reserve();
    if (wish) {
      const { sold, total } = wish;
      this.#sides[sold.taker].payOther(sold.paymentId, total - 1);
      this.#ledger.capture(sold, total - 1);
      await this.#sync(sold);
      this.#ledger.refund(sold, total - 1);
      sold.seats.clear();
    }
  }

  // --- Afterwards. ---

  /** Some seats, or all of them. */
  #someOf({ seats }: Sold): string[] {
    const all = [...seats.keys()];
    return all.slice(0, 1 + Math.floor(this.#random() * all.length));
  }

  async #cancel(sold: Sold, seatIds: string[]): Promise<number> {
    const cents = returnFor(sold, seatIds);
    const { reservationId } = sold;
    const expectedRefund = decimal(cents);
    await sold.user.call.reservations.cancel({ reservationId, seatIds, expectedRefund });
    seatIds.forEach((id) => sold.seats.delete(id));
    await followUp(this.#app);
    return cents;
  }

  async #cancelSeats(sold: Sold): Promise<void> {
    if (sold.seats.size > 0 && !sold.isDisputed) {
      this.#ledger.refund(sold, await this.#cancel(sold, this.#someOf(sold)));
    }
  }

  async #cancelByStaff(sold: Sold): Promise<void> {
    const { reservationId, seats } = sold;
    if (seats.size > 0 && !sold.isDisputed) {
      const refund = this.#pick(['full', 'none'] as const);
      const cents = returnFor(sold, [...seats.keys()], refund === 'full' ? 100 : 0);
      const { admin } = this.#showOf(sold);
      await admin.call.reservations.cancel({ reservationId, refund, reason: 'Asked at the desk' });
      seats.clear();
      await followUp(this.#app);
      this.#ledger.refund(sold, cents);
    }
  }

  /** Stripe needs until the next day to return the money. */
  async #refundSlowly(sold: Sold): Promise<void> {
    if (sold.taker === 'stripe' && sold.seats.size > 0 && !sold.isDisputed) {
      this.#stripe.switches.refundPends = true;
      const cents = await this.#cancel(sold, this.#someOf(sold));
      this.#stripe.switches.refundPends = false;
      if (cents > 0) {
        const refund = this.#stripe.refunds()[0]?.id ?? '';
        this.#onTheirWay.push({ sold, cents, refund });
        // Until it fails it counts as returned.
        sold.refunded += cents;
      }
    }
  }

  async #finishRefunds(): Promise<void> {
    for (const { sold, cents, refund } of this.#onTheirWay.splice(0)) {
      const status = this.#pick(['succeeded', 'failed'] as const);
      this.#stripe.finishRefund(refund, status);
      sold.refunded -= cents;
      if (status === 'succeeded') {
        this.#ledger.refund(sold, cents);
      }
      await this.#sync(sold);
    }
  }

  /** Stripe does not return the money: it stays with the cinema. */
  async #refuseRefund(sold: Sold): Promise<void> {
    if (sold.taker === 'stripe' && sold.seats.size > 0 && !sold.isDisputed) {
      this.#stripe.switches.refundFails = 'refused';
      await this.#cancel(sold, this.#someOf(sold));
      this.#stripe.switches.refundFails = null;
    }
  }

  async #refundForGoodwill(sold: Sold): Promise<void> {
    const cents = Math.floor(leftOf(sold) * this.#random() * 0.5);
    if (cents > 0 && !sold.isDisputed) {
      const { paymentId } = sold;
      const amount = decimal(cents);
      await this.#showOf(sold).admin.call.admin.payments.refund({
        paymentId,
        amount,
        reason: 'The sound was bad',
      });
      await followUp(this.#app);
      this.#ledger.refund(sold, cents);
    }
  }

  async #refundInDashboard(sold: Sold): Promise<void> {
    const cents = Math.floor(leftOf(sold) * this.#random() * 0.5);
    if (cents > 0 && !sold.isDisputed) {
      this.#sides[sold.taker].refund(sold.paymentId, cents);
      await this.#sync(sold);
      this.#ledger.refund(sold, cents);
    }
  }

  async #dispute(sold: Sold): Promise<void> {
    if (!sold.wasDisputed) {
      sold.wasDisputed = true;
      this.#sides[sold.taker].dispute(sold.paymentId, sold.captured);
      sold.isDisputed = true;
      await this.#sync(sold);
    }
  }

  /** Each provider loses one at least. */
  async #loseOf(taker: Taker): Promise<void> {
    const sold = this.#sold.find((each) => each.taker === taker && !each.wasDisputed);
    if (sold) {
      await this.#dispute(sold);
      await this.#closeDispute(sold, 'lost');
    }
  }

  async #closeDispute(sold: Sold, status: 'won' | 'lost'): Promise<void> {
    if (sold.isDisputed) {
      this.#sides[sold.taker].close(sold.paymentId, status);
      sold.isDisputed = false;
      await this.#sync(sold);
      if (status === 'lost') {
        this.#ledger.lose(sold, sold.captured);
      }
    }
  }

  async #cancelShow(): Promise<void> {
    const show = this.#pick(this.shows.filter(({ isCancelled }) => !isCancelled));
    const showtimeId = show.showtime.id;
    await show.admin.call.showtimes.cancel({ showtimeId, reason: 'Flood' });
    show.isCancelled = true;
    await followUp(this.#app);
    for (const sold of this.#sold.filter(({ show: id }) => id === showtimeId)) {
      const cents = returnFor(sold, [...sold.seats.keys()], 100);
      sold.seats.clear();
      // The bank may return it.
      if (!sold.isDisputed) {
        this.#ledger.refund(sold, cents);
      }
    }
  }

  #showOf({ show }: Sold): Show {
    const found = this.shows.find(({ showtime }) => showtime.id === show);
    if (!found) {
      throw new Error('There is no such show.');
    }
    return found;
  }
}
