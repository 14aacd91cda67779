import type { Matinee, SignedIn } from '@matinee/sdk';

/**
 * The customer who is signed in. The token lives as long as its tab, so that two tabs are two
 * customers, and you can watch one from the other.
 */
export class Session {
  readonly #onChange: () => void;
  /** Not stored beside the token: the server knows it. */
  #email = '';

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get token(): string | null {
    return sessionStorage.getItem('token');
  }

  get isSignedIn(): boolean {
    return this.token !== null;
  }

  /** Of a guest, where the mail about a booking goes. Empty until the server has told it. */
  get email(): string {
    return this.contactEmail ?? this.#email;
  }

  /** What a guest has given; customers with an account have an address there. */
  get contactEmail(): string | undefined {
    return sessionStorage.getItem('contactEmail') ?? undefined;
  }

  begin({ accessToken, user }: SignedIn, contactEmail?: string): void {
    sessionStorage.setItem('token', accessToken);
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

  /** After a reload, the page has the token alone. */
  async readCustomer(matinee: Matinee): Promise<void> {
    const { token } = this;
    const user = token === null ? undefined : await matinee.auth.me().catch(() => undefined);
    // The customer may have signed out meanwhile.
    if (user && this.token === token) {
      this.#email = user.email ?? '';
      this.#onChange();
    }
  }
}
