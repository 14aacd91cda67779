import { browserSession } from '@matinee/sdk';
import { LastEntry } from './last-entry.ts';

const key = 'door.session';

/**
 * Who is signed in at this door. The session is in `localStorage` and not in `sessionStorage`: a phone ends
 * pages that are in the background, and without a network nobody could sign in again. Signing out
 * removes it. The client writes it and renews it.
 */
export class Session {
  readonly store = browserSession(key);

  get isSignedIn(): boolean {
    return localStorage.getItem(key) !== null;
  }

  end(): void {
    localStorage.removeItem(key);
    LastEntry.forget();
  }
}
