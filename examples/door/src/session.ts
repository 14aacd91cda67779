import type { SignedIn } from '@matinee/sdk';

const key = 'door.token';

import { LastEntry } from './last-entry.ts';

/**
 * Who is signed in at this door. The token is in `localStorage` and not in `sessionStorage`: a phone ends
 * pages that are in the background, and without a network nobody could sign in again. Signing out
 * removes it.
 */
export class Session {
  get token(): string | null {
    return localStorage.getItem(key);
  }

  get isSignedIn(): boolean {
    return this.token !== null;
  }

  begin({ accessToken }: SignedIn): void {
    localStorage.setItem(key, accessToken);
  }

  end(): void {
    localStorage.removeItem(key);
    LastEntry.forget();
  }
}
