import { createMatinee } from '@matinee/sdk';
import type { Showtime } from '@matinee/sdk';
import { find, say } from './page.ts';
import { SeatPicker } from './seat-picker.ts';
import { openShows } from './shows.ts';
import { openSignIn } from './sign-in.ts';

/*
 * One page, three steps: sign in, choose a show, choose seats. The token lives as long as its tab,
 * so that two tabs are two customers and you can watch one from the other.
 */

const matinee = createMatinee({
  url: import.meta.env.VITE_MATINEE_URL ?? 'http://127.0.0.1:8000',
  token: () => sessionStorage.getItem('token'),
  // The one place that hears of a token that has expired or was ended elsewhere.
  onUnauthorized: () => begin('You have been signed out. Please sign in again.'),
});

let picker: SeatPicker | undefined;
/** Whose token it is. Not stored beside the token: the server knows it. */
let email = '';

function begin(message = '', kind: 'good' | 'bad' = 'bad'): void {
  leave();
  sessionStorage.clear();
  email = '';
  showCustomer();
  say(message, kind);
  openSignIn(matinee, ({ accessToken, user }) => {
    sessionStorage.setItem('token', accessToken);
    email = user.email;
    choose();
  });
}

function choose(): void {
  leave();
  showCustomer();
  say('');
  void openShows(matinee, pick);
}

function pick(showtime: Showtime): void {
  say('');
  picker = new SeatPicker({ matinee, showtime, onBack: choose });
}

/** The live map of the step before is closed; nobody looks at it any more. */
function leave(): void {
  picker?.close();
  picker = undefined;
}

function showCustomer(): void {
  find('#customer').textContent = email;
  find('#sign-out').hidden = sessionStorage.getItem('token') === null;
}

/** After a reload, the page has the token alone. */
async function showWho(): Promise<void> {
  const token = sessionStorage.getItem('token');
  const user = await matinee.auth.me().catch(() => undefined);
  // The customer may have signed out meanwhile.
  if (user && sessionStorage.getItem('token') === token) {
    email = user.email;
    showCustomer();
  }
}

find('#sign-out').addEventListener('click', () => {
  // The server forgets the token first; this page forgets it whatever the server says.
  void matinee.auth
    .logout({}, { timeoutMs: 3_000 })
    .catch(() => {})
    .finally(() => begin('You are signed out.', 'good'));
});

if (sessionStorage.getItem('token') === null) {
  begin();
} else {
  choose();
  void showWho();
}
