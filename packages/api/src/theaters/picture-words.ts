import type { SeatFeature, SeatType } from './schema.ts';

/** What a seat of a picture is: of a theater `place` or `outOfOrder`, of a show its status. */
export type SeatState = 'place' | 'available' | 'locked' | 'reserved' | 'blocked' | 'outOfOrder';

/** What is said of a state. Nothing is said of a seat that is there. */
export const stateWords: Record<SeatState, string> = {
  place: '',
  available: 'free',
  locked: 'locked by a customer',
  reserved: 'sold',
  blocked: 'not for sale',
  outOfOrder: 'out of order',
};

export const typeWords: Record<SeatType, string> = {
  regular: 'regular',
  premium: 'premium',
  vip: 'VIP',
};

export const featureWords: Record<SeatFeature, string> = {
  wheelchair: 'wheelchair place',
  companion: 'companion seat',
  pair: 'love seat',
  restrictedView: 'restricted view',
  transferArm: 'transfer armrest',
  aisle: 'on the aisle',
  noSteps: 'no steps',
  hearingLoop: 'hearing loop',
};

const unsafe: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Characters that XML has no place for, and those that reorder a line. */
const unwanted = /[\p{Cc}\p{Cs}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\uFFFE\uFFFF]/gu;

/** A text for an element or an attribute in double quotes. */
export function escaped(text: string): string {
  return text.replace(unwanted, '').replace(/[&<>"]/g, (sign) => unsafe[sign] ?? sign);
}

/** A name of any script inside an English text: it does not reorder its neighbours. */
export function isolated(name: string): string {
  const clean = escaped(name);
  return /^[\x20-\x7E]*$/.test(clean) ? clean : `\u2068${clean}\u2069`;
}

/** About how wide a line of 11 px is, in px; rather too wide. */
export function widthOf(line: string): number {
  let width = 0;
  for (const sign of line) {
    width += /[\x20-\x7E]/.test(sign) ? 7 : 13;
  }
  return width;
}
