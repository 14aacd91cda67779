import type { App } from '@matinee/api';
import type { Person, Scene } from '@matinee/api/testing';

export const minute = 60_000;
/** The configuration of the product under test. */
export const ttl = 10 * minute;
export const max = 30 * minute;
export const limit = 3;

/** A seat that a user has locked or bought. */
export interface Claim {
  user: number;
  /** In cents. */
  price: number;
  lockedAt: number;
  until: number;
  sold: Sold | undefined;
}

export interface Sold {
  id: string;
  reference: string;
  user: number;
  seats: number[];
  prices: number[];
  createdAt: Date;
  cancelledAt: Date | null;
  cancelReason: 'customer' | 'show_cancelled' | null;
}

/** All that decides about an answer. */
export interface Model {
  price: number;
  premium: number | undefined;
  isCancelled: boolean;
  isDisabled: boolean[];
  /** By seat. A lock that has run out stays until it is swept, given back or taken over. */
  claims: Map<number, Claim>;
  reservations: Sold[];
  /** What was answered, by user and idempotency key. */
  answers: Map<string, { request: string; value: unknown }>;
  /** Repeats the last request that had a key. */
  again: () => Promise<void>;
}

/** The product, with the ids that belong to the model. */
export interface Real extends Scene {
  app: App;
  people: Person[];
}

export interface World {
  model: Model;
  real: Real;
}

export type Outcome = { value: unknown } | { code: string; details: unknown };

export const names = ['ann', 'bob', 'cyd'];
export const theater = [0, 1, 2, 3, 4];
export const premiumSeat = 1;
export const outOfOrder = 4;
export const foreign = 5;
export const foreignId = '00000000-0000-4000-8000-000000000000';

export const newModel = (): Model => ({
  price: 1_000,
  premium: 1_550,
  isCancelled: false,
  isDisabled: names.map(() => false),
  claims: new Map(),
  reservations: [],
  answers: new Map(),
  again: async () => {},
});

export const refusal = (code: string, details: unknown = {}): Outcome => ({ code, details });
export const money = (cents: number) => (cents / 100).toFixed(2);
export const sum = (amounts: number[]) => amounts.reduce((total, each) => total + each, 0);
export const byPlace = (wanted: readonly number[]) => wanted.toSorted((a, b) => a - b);

export function priceOf({ price, premium }: Model, seat: number): number {
  return seat === premiumSeat ? (premium ?? price) : price;
}

export function lockOf({ claims }: Model, seat: number, user: number): Claim | undefined {
  const claim = claims.get(seat);
  return claim?.user === user && !claim.sold ? claim : undefined;
}

export function isHeld(
  model: Model,
  seat: number,
  { user, now }: { user: number; now: number },
): boolean {
  return (lockOf(model, seat, user)?.until ?? 0) > now;
}

export function statusOf({ claims }: Model, seat: number, now: number) {
  const claim = claims.get(seat);
  if (claim?.sold) {
    return 'reserved';
  }
  if (claim && claim.until > now) {
    return 'locked';
  }
  return seat === outOfOrder ? 'blocked' : 'available';
}

/** One of the reservations. */
export const nth = ({ reservations }: Model, which: number): Sold | undefined =>
  reservations[which % reservations.length];
