/** What the part of the URL after `#` selects. It works on every host for static files. */
export type Address =
  | { view: 'programme'; date?: string }
  | { view: 'movie'; movieId: string }
  | { view: 'seats'; showtimeId: string }
  | { view: 'bookings' }
  | { view: 'pay'; reservationId: string }
  /** The return from the page of a payment provider. */
  | { view: 'returned'; paymentId: string }
  /** `next` is the address to return to, as `hrefOf` writes it. */
  | { view: 'sign-in'; next: string };

/** Reads `location.hash`. An unknown address is the programme. */
export function readAddress(hash: string): Address {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?');
  const [, first = '', id = ''] = path.split('/');
  switch (first) {
    case 'movies':
      return { view: 'movie', movieId: id };
    case 'shows':
      return { view: 'seats', showtimeId: id };
    case 'bookings':
      return { view: 'bookings' };
    case 'pay':
      return { view: 'pay', reservationId: id };
    case 'payments':
      return { view: 'returned', paymentId: id };
    case 'sign-in':
      // Written anew, so that it is an address of this page, whatever the link contained.
      return { view: 'sign-in', next: nextOf(new URLSearchParams(query).get('next') ?? '') };
    default:
      return /^\d{4}-\d\d-\d\d$/.test(first) && !Number.isNaN(Date.parse(first))
        ? { view: 'programme', date: first }
        : { view: 'programme' };
  }
}

/** The address as a link: `#/shows/01a2…`. */
export function hrefOf(address: Address): string {
  switch (address.view) {
    case 'programme':
      return `#/${address.date ?? ''}`;
    case 'movie':
      return `#/movies/${encodeURIComponent(address.movieId)}`;
    case 'seats':
      return `#/shows/${encodeURIComponent(address.showtimeId)}`;
    case 'bookings':
      return '#/bookings';
    case 'pay':
      return `#/pay/${encodeURIComponent(address.reservationId)}`;
    case 'returned':
      return `#/payments/${encodeURIComponent(address.paymentId)}`;
    default:
      return `#/sign-in?next=${encodeURIComponent(address.next)}`;
  }
}

/** The sign-in view, which returns to the present address. */
export function signInHref(): string {
  const here = readAddress(location.hash);
  return hrefOf({ view: 'sign-in', next: here.view === 'sign-in' ? here.next : hrefOf(here) });
}

function nextOf(hash: string): string {
  const next = readAddress(hash);
  return next.view === 'sign-in' ? hrefOf({ view: 'programme' }) : hrefOf(next);
}
