interface ImportMetaEnv {
  /** Where the server is, when it is not where `npm start` puts it. */
  readonly VITE_MATINEE_URL?: string;
  /** Where Stripe.js is loaded from, when it is not Stripe's own server: for tests. */
  readonly VITE_STRIPE_JS_URL?: string;
}
