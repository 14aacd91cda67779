import { ProviderError } from './provider.ts';
import type { PaymentProvider, ProviderName } from './provider.ts';

/** The providers that customers can pay with, the default first; none: nothing is paid in advance. */
export class PaymentProviders {
  readonly #providers: ReadonlyMap<ProviderName, PaymentProvider>;

  constructor(providers: readonly PaymentProvider[]) {
    this.#providers = new Map(providers.map((provider) => [provider.name, provider]));
  }

  get isOn(): boolean {
    return this.#providers.size > 0;
  }

  get names(): ProviderName[] {
    return [...this.#providers.keys()];
  }

  /** @throws ProviderError when the provider is not configured any more */
  get(name: ProviderName): PaymentProvider {
    const provider = this.#providers.get(name);
    if (!provider) {
      throw new ProviderError('unavailable', `${name} is not in PAYMENTS.`);
    }
    return provider;
  }

  /** The least amount that can be paid with any of them; null: any amount. */
  minimum(currency: string): string | null {
    const minima = [...this.#providers.values()].map((each) => each.minimum(currency));
    const known = minima.filter((each) => each !== null);
    return known.length < minima.length
      ? null
      : (known.toSorted((a, b) => Number(a) - Number(b))[0] ?? null);
  }
}
