import type { Matinee, SessionStore, SignedIn, StoredSession } from '@matinee/sdk';

const key = 'session';

/**
 * The customer who is signed in. The session lives as long as its tab, so that two tabs are two
 * customers, and you can watch one from the other. The client writes it and renews it.
 */
export class Session {
  readonly #onChange: () => void;
  /** Not stored beside the token: the server knows it. */
  #email = '';

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Where the client keeps the session. */
  readonly store: SessionStore = {
    load: () => JSON.parse(sessionStorage.getItem(key) ?? 'null') as StoredSession | null,
    save: (session) =>
      session
        ? sessionStorage.setItem(key, JSON.stringify(session))
        : sessionStorage.removeItem(key),
  };

  get isSignedIn(): boolean {
    return sessionStorage.getItem(key) !== null;
  }

  /** Of a guest, where the mail about a booking goes. Empty until the server has told it. */
  get email(): string {
    return this.contactEmail ?? this.#email;
  }

  /** What a guest has given; customers with an account have an address there. */
  get contactEmail(): string | undefined {
    return sessionStorage.getItem('contactEmail') ?? undefined;
  }

  begin({ user }: SignedIn, contactEmail?: string): void {
    if (contactEmail !== undefined) {
      sessionStorage.setItem('contactEmail', contactEmail);
    }
    this.#email = user.email ?? '';
    this.#onChange();
  }

  end(): void {
    sessionStorage.clear();
    this.#email = '';
    this.#onChange();
  }

  /** After a reload, the page has the session alone. */
  async readCustomer(matinee: Matinee): Promise<void> {
    const user = this.isSignedIn ? await matinee.auth.me().catch(() => undefined) : undefined;
    // The customer may have signed out meanwhile.
    if (user && this.isSignedIn) {
      this.#email = user.email ?? '';
      this.#onChange();
    }
  }
}
