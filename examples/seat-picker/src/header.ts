import { hrefOf, readAddress, signInHref } from './address.ts';
import { create, part } from './elements.ts';
import type { Session } from './session.ts';

/** The links on every view. The brand in `index.html` leads to the programme. */
export function drawHeader(session: Session, signOut: () => Promise<void>): void {
  const { view } = readAddress(location.hash);
  if (!session.isSignedIn) {
    const link = create('a', { className: 'button', href: signInHref(), textContent: 'Sign in' });
    part('account').replaceChildren(...(view === 'sign-in' ? [] : [link]));
    return;
  }
  const bookings = create('a', { href: hrefOf({ view: 'bookings' }), textContent: 'My bookings' });
  bookings.ariaCurrent = view === 'bookings' ? 'page' : null;
  const leave = create('button', { className: 'plain', type: 'button', textContent: 'Sign out' });
  leave.addEventListener('click', () => void signOut());
  part('account').replaceChildren(
    create('span', { className: 'customer quiet', textContent: session.email }),
    bookings,
    leave,
  );
}
