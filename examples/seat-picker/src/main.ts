import { createMatinee } from '@matinee/sdk';
import { hrefOf, readAddress, signInHref } from './address.ts';
import type { Address } from './address.ts';
import { part } from './elements.ts';
import { drawHeader } from './header.ts';
import { HeldBar } from './held-bar.ts';
import { HeldSeats } from './held-seats.ts';
import type { Held } from './held-seats.ts';
import { Navigation } from './navigation.ts';
import { say, sayAfterwards } from './notice.ts';
import { takeReturnedPayment } from './payment-return.ts';
import { Session } from './session.ts';
import type { Shop } from './shop.ts';
import type { View } from './view.ts';
import { openBookings } from './views/bookings.ts';
import { openFailed } from './views/failed.ts';
import { openMovie } from './views/movie.ts';
import { openPay } from './views/pay.ts';
import { openProgramme } from './views/programme.ts';
import { openReturned } from './views/returned.ts';
import { openSeats } from './views/seats.ts';
import { openSignIn } from './views/sign-in.ts';

/* One page with a view for each address. Anyone may look; an account is for holding seats. */

const serverUrl = import.meta.env.VITE_MATINEE_URL ?? 'http://127.0.0.1:8000';
const session = new Session(() => drawSession());
/** Then a session that was ended elsewhere is no news. */
let isSigningOut = false;
const matinee = createMatinee({
  url: serverUrl,
  session: session.store,
  // The one place that hears of a token that has expired or was ended elsewhere.
  onUnauthorized: () => {
    session.end();
    if (isSigningOut) {
      return;
    }
    sayAfterwards('You have been signed out. Please sign in again.', 'bad');
    location.hash = signInHref();
  },
});
const held = new HeldSeats(matinee, () => drawHeld());
const shop: Shop = { matinee, serverUrl, session, held, wanted: undefined };
const heldBar = new HeldBar(part('held'), () => {
  say('Your time is up: the seats are no longer held for you.');
  // The countdown ends a moment early rather than late.
  setTimeout(() => void held.read(), 1_000);
});
const navigation = new Navigation({ place: part('view'), open, openFailed, onOpened });

async function open(address: Address, signal: AbortSignal): Promise<View> {
  switch (address.view) {
    case 'programme':
      return openProgramme(shop, address.date, signal);
    case 'movie':
      return openMovie(shop, address.movieId, signal);
    case 'seats':
      return openSeats(shop, address.showtimeId, signal);
    case 'bookings':
      return session.isSignedIn ? openBookings(shop, signal) : signIn(hrefOf(address));
    case 'pay':
      return session.isSignedIn
        ? openPay(shop, address.reservationId, signal)
        : signIn(hrefOf(address));
    case 'returned':
      return session.isSignedIn
        ? openReturned(shop, address.paymentId, signal)
        : signIn(hrefOf(address));
    default:
      return signIn(address.next);
  }
}

function signIn(next: string): View {
  return openSignIn(shop, next, (signedIn, contactEmail) => {
    session.begin(signedIn, contactEmail);
    if (location.hash === next) {
      void navigation.open();
    } else {
      navigation.returnTo(next);
    }
  });
}

function onOpened(address: Address): void {
  if (address.view !== 'sign-in') {
    shop.wanted = undefined;
  }
  drawSession();
  if (session.isSignedIn) {
    void held.read();
  }
}

function drawSession(): void {
  drawHeader(session, signOut);
  if (session.isSignedIn) {
    drawHeld();
  } else {
    held.forget();
  }
}

function drawHeld(): void {
  const address = readAddress(location.hash);
  heldBar.draw(held.shows.filter((each) => !isViewed(each, address)));
}

/** Whether the view itself draws these seats. */
function isViewed({ reservationId, showtime }: Held, address: Address): boolean {
  return reservationId === null
    ? address.view === 'seats' && address.showtimeId === showtime.id
    : address.view === 'pay' && address.reservationId === reservationId;
}

async function signOut(): Promise<void> {
  // The server forgets the token first; this page forgets it whatever the server says.
  isSigningOut = true;
  await matinee.auth.logout({}, { timeoutMs: 3_000 }).catch(() => {});
  isSigningOut = false;
  session.end();
  const home = hrefOf({ view: 'programme' });
  if (['bookings', 'pay', 'returned'].includes(readAddress(location.hash).view)) {
    sayAfterwards('You are signed out.', 'good');
    location.hash = home;
  } else {
    say('You are signed out.', 'good');
    void navigation.open();
  }
}

document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible' && session.isSignedIn) {
    void held.read();
  }
});
takeReturnedPayment();
void session.readCustomer(matinee);
void navigation.open();
