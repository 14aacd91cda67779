import { randomUUID } from 'node:crypto';
import { consequences, OutboxWorker, PermanentFailure } from '@matinee/api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aBinary } from './binary.ts';
import { aCinema, aCustomer, aDelivery, password } from './cinema.ts';
import type { Cinema } from './cinema.ts';
import { stable, steady } from './stable.ts';

/* Deliveries in every state: an administrator lists, retries and drops them. */

type Delivery = Awaited<ReturnType<typeof aDelivery>>;

let cinema: Cinema;
let done: Delivery;
let open: Delivery;
let dead: Delivery;
beforeAll(async () => {
  cinema = await aCinema();
  const refused = async () => {
    throw new PermanentFailure('550 5.1.1 There is no mailbox ada@example.com');
  };
  const failed = async () => {
    throw new Error('connect ECONNREFUSED 127.0.0.1:25');
  };
  done = await aDelivery(cinema, 'Grand');
  open = await aDelivery(cinema, 'Studio', failed);
  dead = await aDelivery(cinema, 'Attic', refused);
  await move(done, 'done_at', '-2 days');
  await move(open, 'available_at', '15 minutes 20 seconds');
  await move(dead, 'available_at', '-3 hours');
});
afterAll(() => cinema.close());

/** Moves an instant of a delivery, so that the screens are the same in each run. */
async function move({ id }: Delivery, column: 'available_at' | 'done_at', by: string) {
  await cinema.server.app.pool.query(
    `update deliveries set ${column} = clock_timestamp() + $2::interval where id = $1`,
    [id, by],
  );
}

async function stateOf({ id }: Delivery): Promise<string | undefined> {
  const deliveries = await cinema.matinee.admin.outbox.list.all({}).toArray();
  return deliveries.find((each) => each.id === id)?.state;
}

test.each([80, 150])('a list fits a terminal of %d columns', async (columns) => {
  const terminal = cinema.binary.open(['outbox', 'list'], { columns });
  expect(await terminal.ended).toBe(0);
  await expect(stable(terminal.screen())).toMatchFileSnapshot(`screens/outbox-${columns}.txt`);
});

test('--json and --csv have the ids and the whole errors', async () => {
  const json = await cinema.binary.run('outbox', 'list', '--state', 'dead', '--json');
  const items = await cinema.matinee.admin.outbox.list.all({ state: 'dead' }).toArray();
  expect(JSON.parse(json.out)).toEqual(JSON.parse(JSON.stringify({ items, nextCursor: null })));
  const csv = await cinema.binary.run('outbox', 'list', '--state', 'dead', '--csv');
  expect(csv.out).toContain(`\n${dead.id},dead,${dead.fact.id},reservation.confirmed,`);
  expect(csv.out).toContain('550 5.1.1 There is no mailbox ada@example.com');
});

test('doctor warns of dead deliveries', async () => {
  const terminal = cinema.binary.open(['doctor']);
  expect(await terminal.ended).toBe(0);
  await expect(steady(terminal.screen())).toMatchFileSnapshot('screens/doctor-outbox.txt');
});

test('a customer may not see them', async () => {
  await aCustomer(cinema, 'grace@example.com');
  const customer = await aBinary(cinema.server.url, { MATINEE_PASSWORD: password });
  expect((await customer.run('login', '--email', 'grace@example.com')).code).toBe(0);
  const terminal = customer.open(['outbox', 'list']);
  expect(await terminal.ended).toBe(4);
  await expect(terminal.screen()).toMatchFileSnapshot('screens/outbox-forbidden.txt');
  expect((await customer.run('doctor')).out).not.toContain('outbox');
  await customer.close();
});

test('retry --dead attempts the dead deliveries again', async () => {
  const terminal = cinema.binary.open(['outbox', 'retry', '--dead']);
  expect(await terminal.ended).toBe(0);
  await expect(stable(terminal.screen())).toMatchFileSnapshot('screens/outbox-retry.txt');
  expect(await stateOf(dead)).toBe('open');
  await new OutboxWorker(cinema.server.app, consequences).round();
  expect(await stateOf(dead)).toBe('done');
  const again = await cinema.binary.run('outbox', 'retry', '--dead');
  expect(again).toMatchObject({ code: 0, out: '', err: 'No delivery has failed for good.\n' });
});

test('retry names deliveries by their ids', async () => {
  const { code, err } = await cinema.binary.run('outbox', 'retry', done.id, dead.id);
  expect({ code, err }).toEqual({ code: 0, err: 'The server attempts 2 deliveries again.\n' });
  expect(await stateOf(done)).toBe('open');
});

test('drop gives a delivery up', async () => {
  const terminal = cinema.binary.open(['outbox', 'drop', open.id]);
  expect(await terminal.ended).toBe(0);
  await expect(stable(terminal.screen())).toMatchFileSnapshot('screens/outbox-drop.txt');
  expect(await stateOf(open)).toBe('done');
});

test('an unknown id is not found, and other text is no id', async () => {
  const terminal = cinema.binary.openShell(
    `matinee outbox retry ${open.id} ${randomUUID()}; echo $?; matinee outbox drop x; echo $?`,
  );
  await terminal.ended;
  await expect(stable(terminal.screen())).toMatchFileSnapshot('screens/outbox-unknown.txt');
});
