import { returnUrl } from './payment-return.ts';

/*
 * Stripe.js and its Payment Element. Stripe asks that its script is loaded from its own server, never bundled:
 * https://docs.stripe.com/js. Card numbers stay in Stripe's frame.
 */

const scriptUrl = import.meta.env.VITE_STRIPE_JS_URL ?? 'https://js.stripe.com/v3/';

/** The parts of Stripe.js that this page uses. */
interface Stripe {
  elements(options: { clientSecret: string; appearance: { theme: 'stripe' | 'night' } }): Elements;
  confirmPayment(options: {
    elements: Elements;
    confirmParams: { return_url: string };
    redirect: 'if_required';
  }): Promise<{ error?: StripeFailure }>;
}

interface Elements {
  create(type: 'payment'): PaymentElement;
}

interface PaymentElement {
  on(event: 'ready' | 'loaderror', listener: () => void): void;
  mount(place: HTMLElement): void;
  destroy(): void;
}

interface StripeFailure {
  /** Such as `card_error`, for a card that was declined. */
  type: string;
  /** For the customer. */
  message?: string;
}

declare global {
  interface Window {
    Stripe?: (publishableKey: string) => Stripe;
  }
}

/** How an attempt to pay went; `declined` has a sentence for the customer. */
export type Confirmed = { outcome: 'sent' } | { outcome: 'declined' | 'unclear'; message: string };

/** A form for the card of the customer. */
export interface StripeForm {
  confirm(paymentId: string): Promise<Confirmed>;
  close(): void;
}

/** Loads Stripe.js, and shows its form. Rejects if that is not possible now. */
export async function mountStripeForm(
  place: HTMLElement,
  { publishableKey, clientSecret }: { publishableKey: string; clientSecret: string },
): Promise<StripeForm> {
  const stripe = (await loadStripe())(publishableKey);
  const isDark = matchMedia('(prefers-color-scheme: dark)').matches;
  const elements = stripe.elements({
    clientSecret,
    appearance: { theme: isDark ? 'night' : 'stripe' },
  });
  const form = elements.create('payment');
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  form.on('ready', resolve);
  form.on('loaderror', () => reject(new Error('Stripe cannot show its form.')));
  form.mount(place);
  await promise;
  return {
    confirm: async (paymentId) => {
      const { error } = await stripe.confirmPayment({
        elements,
        confirmParams: { return_url: returnUrl(paymentId) },
        redirect: 'if_required',
      });
      return error ? refused(error) : { outcome: 'sent' };
    },
    close: () => form.destroy(),
  };
}

/** Other failures than these say nothing about whether the card was charged. */
function refused({ type, message = 'The card was declined.' }: StripeFailure): Confirmed {
  const isDeclined = type === 'card_error' || type === 'validation_error';
  return { outcome: isDeclined ? 'declined' : 'unclear', message };
}

let loading: Promise<void> | undefined;

async function loadStripe(): Promise<NonNullable<Window['Stripe']>> {
  if (!window.Stripe) {
    loading ??= loadScript();
    await loading.finally(() => (loading = undefined));
  }
  if (!window.Stripe) {
    throw new Error('Stripe.js has not loaded.');
  }
  return window.Stripe;
}

async function loadScript(): Promise<void> {
  const script = Object.assign(document.createElement('script'), { src: scriptUrl, async: true });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  script.addEventListener('load', () => resolve());
  script.addEventListener('error', () => {
    script.remove();
    reject(new Error('Stripe.js cannot be loaded.'));
  });
  document.head.append(script);
  await promise;
}
