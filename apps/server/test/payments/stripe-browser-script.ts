/**
 * What the stand-in serves instead of `https://js.stripe.com/v3/`: the part of Stripe.js that a page needs to pay
 * with the Payment Element. The form is plain; card numbers of Stripe's tests do what they do there.
 */
export const browserScript = String.raw`(() => {
  const base = new URL(document.currentScript.src).origin;

  async function call(method, path, params) {
    const form = new URLSearchParams(params);
    const query = method === 'GET' ? '?' + form : '';
    const options = method === 'GET' ? {} : { method, body: form };
    try {
      const response = await fetch(base + path + query, options);
      const body = await response.json();
      return response.ok ? { paymentIntent: body } : { error: body.error };
    } catch (error) {
      return { error: { type: 'api_connection_error', message: 'Stripe cannot be reached.' } };
    }
  }

  function pathOf(clientSecret) {
    return '/v1/payment_intents/' + clientSecret.split('_secret_')[0];
  }

  function addField(form, { name, label, value, autocomplete }) {
    const text = document.createElement('label');
    text.textContent = label;
    const input = document.createElement('input');
    Object.assign(input, { name, value, autocomplete, inputMode: 'numeric' });
    text.append(input);
    form.append(text);
    return input;
  }

  function createPayment() {
    const box = document.createElement('div');
    box.setAttribute('role', 'group');
    box.setAttribute('aria-label', 'Card');
    const number = addField(box, { name: 'number', label: 'Card number', value: '', autocomplete: 'cc-number' });
    addField(box, { name: 'expiry', label: 'Expiry date', value: '12 / 34', autocomplete: 'cc-exp' });
    addField(box, { name: 'cvc', label: 'Security code', value: '123', autocomplete: 'cc-csc' });
    const listeners = [];
    return {
      number,
      on: (event, listener) => event === 'ready' && listeners.push(listener),
      mount: (target) => {
        const place = typeof target === 'string' ? document.querySelector(target) : target;
        place.replaceChildren(box);
        listeners.forEach((listener) => listener());
      },
      unmount: () => box.remove(),
      destroy: () => box.remove(),
      ask: () => new Promise((resolve) => {
        const dialog = document.createElement('dialog');
        dialog.setAttribute('aria-label', '3-D Secure');
        for (const [text, passes] of [['Complete authentication', true], ['Fail authentication', false]]) {
          const button = document.createElement('button');
          button.textContent = text;
          button.onclick = () => {
            dialog.remove();
            resolve(passes);
          };
          dialog.append(button);
        }
        document.body.append(dialog);
        dialog.showModal();
      }),
    };
  }

  window.Stripe = (key) => ({
    elements: ({ clientSecret }) => {
      const elements = { clientSecret, payment: null };
      elements.create = (type) => (elements[type] = createPayment());
      elements.getElement = (type) => elements[type] ?? null;
      elements.submit = async () => ({});
      return elements;
    },
    retrievePaymentIntent: (clientSecret) =>
      call('GET', pathOf(clientSecret), { key, client_secret: clientSecret }),
    confirmPayment: async ({ elements }) => {
      const { clientSecret, payment } = elements;
      const asker = { key, client_secret: clientSecret };
      const method = {
        'payment_method_data[type]': 'card',
        'payment_method_data[card][number]': payment.number.value,
      };
      const path = pathOf(clientSecret);
      const confirmed = await call('POST', path + '/confirm', { ...asker, ...method });
      if (confirmed.paymentIntent?.status !== 'requires_action') {
        return confirmed;
      }
      const passes = await payment.ask();
      const finished = await call('POST', path + '/finish', { ...asker, passes });
      const error = finished.paymentIntent?.last_payment_error;
      return error ? { error } : finished;
    },
  });
})();
`;
