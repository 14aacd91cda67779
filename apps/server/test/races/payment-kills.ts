import type { Till } from './till.ts';

const opening = { method: 'POST', path: /^\/v1\/payment_intents$/ };
const reading = { method: 'GET', path: /^\/v1\/payment_intents\/\w+/ };
const ending = { method: 'POST', path: /\/cancel$/ };
const returning = { method: 'POST', path: /^\/v1\/refunds$/ };

/** A purchase up to a moment, in which the server is killed. @returns the customer of it */
type Kill = (till: Till) => Promise<void>;

/** A purchase that waits for its payment at the provider. */
async function started(till: Till) {
  const customer = await till.create();
  await till.start(customer);
  return customer;
}

async function paid(till: Till) {
  const customer = await started(till);
  till.pay(customer);
  return customer;
}

async function bought(till: Till) {
  const customer = await paid(till);
  await till.sync(customer);
  return customer;
}

/** Every moment between two steps of a purchase with money in it. */
export const kills: Readonly<Record<string, Kill>> = {
  'after the reservation was made': async (till) => {
    await till.create();
    await till.kill();
  },
  'before the provider has opened the payment': async (till) => {
    const customer = await till.create();
    await till.killAt({ ...opening, when: 'before' }, () => till.start(customer));
  },
  'after the provider has opened the payment': async (till) => {
    const customer = await till.create();
    await till.killAt({ ...opening, when: 'after' }, () => till.start(customer));
  },
  'while it is noted where the payment was opened': async (till) => {
    const customer = await till.create();
    await till.killWaiting(customer, () => till.start(customer));
  },
  'after the customer was told how to pay': async (till) => {
    await started(till);
    await till.kill();
  },
  'after the customer has paid': async (till) => {
    await paid(till);
    await till.kill();
  },
  'after a message of the provider was kept': async (till) => {
    await paid(till);
    await till.deliverMessages();
    await till.kill();
  },
  'before the payment is read': async (till) => {
    const customer = await paid(till);
    await till.killAt({ ...reading, when: 'before' }, () => till.sync(customer));
  },
  'after the payment was read': async (till) => {
    const customer = await paid(till);
    await till.killAt({ ...reading, when: 'after' }, () => till.sync(customer));
  },
  'while the seats are sold': async (till) => {
    const customer = await paid(till);
    await till.killWaiting(customer, () => till.sync(customer));
  },
  'after the seats were sold': async (till) => {
    await bought(till);
    await till.kill();
  },
  'before an open payment is ended': async (till) => {
    const customer = await started(till);
    await till.killAt({ ...ending, when: 'before' }, () => till.cancel(customer));
  },
  'after an open payment was ended': async (till) => {
    const customer = await started(till);
    await till.killAt({ ...ending, when: 'after' }, () => till.cancel(customer));
  },
  'while the seats are given back': async (till) => {
    const customer = await bought(till);
    await till.killWaiting(customer, () => till.cancel(customer));
  },
  'before the refund is made': async (till) => {
    const customer = await bought(till);
    await till.killAt({ ...returning, when: 'before' }, () => till.cancel(customer));
  },
  'after the refund was made': async (till) => {
    const customer = await bought(till);
    await till.killAt({ ...returning, when: 'after' }, () => till.cancel(customer));
  },
  'after the refund was made, which the provider reported as a failure': async (till) => {
    const customer = await bought(till);
    till.stripe.switches.failAfterEffect = 'kept';
    await till.killAt({ ...returning, when: 'after' }, () => till.cancel(customer));
  },
};

/** Kills in one moment, lets everything settle, and reports what is wrong then. */
export async function killOnce(till: Till, moment: string): Promise<string[]> {
  await kills[moment]?.(till);
  const customer = till.customers.at(-1);
  if (!customer) {
    return ['nothing was bought'];
  }
  await till.settleDown(customer);
  return (await till.problems()).map((problem) => `killed ${moment}: ${problem}`);
}
