import { setTimeout as delay } from 'node:timers/promises';
import type { Inputs, Webhook, WebhookDelivery } from '@matinee/sdk';
import type { Command } from 'commander';
import { addGroup, asJson, asList, examples, given, runs } from '../command.ts';
import { endsWith, exitCodes, usageError } from '../failure.ts';
import { printList } from '../lists.ts';
import type { ListOptions } from '../lists.ts';
import { findId } from '../named/find-id.ts';
import { count } from '../output/text.ts';
import { showWebhook, webhookDeliveryLayout, webhookLayout } from '../output/webhook.ts';
import type { Format, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';
import { listen } from '../webhooks/listen.ts';
import type { ListenOptions } from '../webhooks/listen.ts';
import { deletes } from './editing.ts';
import type { Removable } from './editing.ts';

type EventName = Inputs['admin']['webhooks']['create']['events'][number];

interface EditOptions extends Format {
  endpoint?: string;
  events?: EventName[];
  description?: string;
  enabled?: boolean;
  disabled?: boolean;
}

interface DeliveriesOptions extends ListOptions {
  state?: WebhookDelivery['state'];
}

interface ReplayOptions extends Format {
  failed?: true;
  from?: string;
  to?: string;
}

const aUrl = ['<url>', 'where events are sent: https, on a public address'] as const;
const aWebhook = ['<webhook>', 'URL, id, or the end of the id'] as const;

/** How long `test` waits for its attempt: the server gives it fifteen seconds. */
const patienceMs = 18_000;
const everyMs = 500;

const webhookKind: Removable<Webhook> = {
  name: 'Webhook',
  thing: 'webhook',
  describe: ({ url }) => `the webhook to ${url ?? 'a command that listens'}`,
  get: (matinee, webhookId) => matinee.admin.webhooks.get({ webhookId }),
  remove: (matinee, webhookId) => matinee.admin.webhooks.delete({ webhookId }),
};

export function addWebhooks(program: Command, terminal: Terminal): void {
  const webhooks = addGroup(program, 'webhooks', 'where events are sent (for administrators)');
  addEditing(webhooks, terminal);

  const test = asJson(webhooks.command('test').argument(...aWebhook));
  test.description('send a ping, and wait for its answer');
  examples(test, ['matinee webhooks test ID']);
  runs<Format>(test, terminal, testWebhook);

  const rotate = asJson(webhooks.command('rotate-secret').argument(...aWebhook));
  rotate.description('make a new secret; the one before signs for another day');
  examples(rotate, ['matinee webhooks rotate-secret ID']);
  runs<Format>(rotate, terminal, rotateSecret);

  const deliveries = asList(webhooks.command('deliveries').argument(...aWebhook));
  deliveries
    .description('list the events for a webhook with their attempts, newest first')
    .option('--state <state>', 'only this state: open, done or dead (failed for good)');
  examples(deliveries, ['matinee webhooks deliveries ID --state dead']);
  runs<DeliveriesOptions>(deliveries, terminal, listDeliveries);

  const replay = asJson(webhooks.command('replay').argument(...aWebhook));
  replay
    .description('send events again, once each')
    .argument('[delivery]', 'its whole id')
    .option('--failed', 'everything that has failed for good')
    .option('--from <instant>', 'what happened then or later, such as 2026-12-24T00:00:00Z')
    .option('--to <instant>', 'what happened before then');
  examples(replay, [
    'matinee webhooks replay ID --failed',
    'matinee webhooks replay ID --from 2026-12-24T00:00:00Z --to 2026-12-25T00:00:00Z',
  ]);
  runs<ReplayOptions>(replay, terminal, replayDeliveries);

  const listening = webhooks.command('listen');
  listening
    .description('show events as they come, and forward them to a URL of this machine')
    .option('--forward <url>', 'send them, signed, to this URL')
    .option('--events <types>', 'only these types, with commas between; default: all', listOf)
    .option('--json', 'print one line of JSON for each event');
  examples(listening, [
    'matinee webhooks listen',
    'matinee webhooks listen --forward http://localhost:3000/matinee',
  ]);
  runs<ListenOptions>(listening, terminal, listen);
}

function addEditing(webhooks: Command, terminal: Terminal): void {
  const list = asList(webhooks.command('list').description('list webhooks, newest first'));
  examples(list, ['matinee webhooks list']);
  runs<ListOptions>(list, terminal, listWebhooks);

  const get = asJson(webhooks.command('get').argument(...aWebhook));
  get.description('show a webhook, without its secret');
  examples(get, ['matinee webhooks get ID']);
  runs<Format>(get, terminal, getWebhook);

  const create = withFields(webhooks.command('create').argument(...aUrl));
  create
    .description('make a webhook, and show its secret, once')
    .option('--disabled', 'it receives nothing yet');
  examples(create, [
    'matinee webhooks create https://shop.example.org/matinee --events reservation.confirmed,reservation.cancelled',
    "matinee webhooks create https://shop.example.org/all --events '*'",
  ]);
  runs<EditOptions>(create, terminal, createWebhook);

  const update = withFields(webhooks.command('update').argument(...aWebhook));
  update
    .description('update the given fields of a webhook; its secret stays')
    .option('--endpoint <url>', 'send events to this URL')
    .option('--enabled', 'it receives events again')
    .option('--disabled', 'it receives nothing more');
  examples(update, [
    'matinee webhooks update ID --events reservation.confirmed',
    'matinee webhooks update ID --enabled',
  ]);
  runs<EditOptions>(update, terminal, updateWebhook);

  const remove = asJson(webhooks.command('delete').argument(...aWebhook));
  remove.description('delete a webhook; what was not sent yet is given up');
  examples(remove, ['matinee webhooks delete ID']);
  runs<Format>(remove, terminal, deletes(webhookKind));
}

function withFields(command: Command): Command {
  return asJson(command)
    .option('--events <types>', "types of events with commas between, or '*'", listOf)
    .option('--description <text>', 'what it is for');
}

/** `reservation.confirmed,movie.updated` → its parts. */
function listOf(text: string): EventName[] {
  return text.split(',').flatMap((part) => (part.trim() || []) as EventName[]);
}

async function listWebhooks(session: Session, options: ListOptions): Promise<void> {
  const matinee = await session.matinee();
  const items = await matinee.admin.webhooks.list.all({}).toArray({ limit: options.limit });
  printList(session, options, { items, layout: webhookLayout(new Date(), session.paint) });
}

async function getWebhook(session: Session, format: Format, [typed = '']: string[]): Promise<void> {
  const matinee = await session.matinee();
  const webhookId = await findId(session, 'webhook', typed);
  const webhook = await matinee.admin.webhooks.get({ webhookId });
  session.print(format, webhook, () => showWebhook(webhook, session.paint));
}

async function createWebhook(
  session: Session,
  options: EditOptions,
  [url = '']: string[],
): Promise<void> {
  const { events } = options;
  if (events === undefined) {
    throw usageError('Missing: --events.', "All events: --events '*'");
  }
  const matinee = await session.matinee();
  const rest = given(options, ['description']);
  const enabled = options.disabled !== true;
  const webhook = await matinee.admin.webhooks.create({ url, events, ...rest, enabled });
  session.print(options, webhook, () => showWebhook(webhook, session.paint));
  session.talk('Webhook created. Keep the secret: it is not shown again.');
}

async function updateWebhook(
  session: Session,
  options: EditOptions,
  [typed = '']: string[],
): Promise<void> {
  if (options.enabled && options.disabled) {
    throw usageError('--enabled cannot be combined with --disabled.');
  }
  const matinee = await session.matinee();
  const webhookId = await findId(session, 'webhook', typed);
  const changes = given(options, ['events', 'description']);
  const url = options.endpoint === undefined ? {} : { url: options.endpoint };
  const enabled = options.disabled ? { enabled: false } : given(options, ['enabled']);
  const webhook = await matinee.admin.webhooks.update({
    webhookId,
    ...url,
    ...changes,
    ...enabled,
  });
  session.print(options, webhook, () => showWebhook(webhook, session.paint));
  session.talk('Webhook updated.');
}

async function rotateSecret(
  session: Session,
  format: Format,
  [typed = '']: string[],
): Promise<void> {
  const matinee = await session.matinee();
  const webhookId = await findId(session, 'webhook', typed);
  const webhook = await matinee.admin.webhooks.rotateSecret({ webhookId });
  session.print(format, webhook, () => showWebhook(webhook, session.paint));
  session.talk('Secret replaced. The one before signs for another 24 hours.');
}

async function testWebhook(
  session: Session,
  format: Format,
  [typed = '']: string[],
): Promise<void> {
  const matinee = await session.matinee();
  const webhookId = await findId(session, 'webhook', typed);
  let delivery = await matinee.admin.webhooks.test({ webhookId });
  for (let waited = 0; delivery.attempts.length === 0 && waited < patienceMs; waited += everyMs) {
    await delay(everyMs);
    const { items } = await matinee.admin.webhooks.deliveries({ webhookId });
    delivery = items.find(({ id }) => id === delivery.id) ?? delivery;
  }
  const [attempt] = delivery.attempts;
  session.print(format, delivery, () =>
    attempt
      ? (attempt.error ?? `The endpoint answered ${attempt.status} in ${attempt.durationMs} ms.`)
      : 'The server has not sent it yet. See `matinee webhooks deliveries`.',
  );
  if (attempt?.error) {
    throw endsWith(exitCodes.error);
  }
}

async function listDeliveries(
  session: Session,
  options: DeliveriesOptions,
  [typed = '']: string[],
): Promise<void> {
  const matinee = await session.matinee();
  const webhookId = await findId(session, 'webhook', typed);
  const { deliveries } = matinee.admin.webhooks;
  const filters = { webhookId, ...given(options, ['state']) };
  const items = await deliveries.all(filters).toArray({ limit: options.limit });
  const layout = webhookDeliveryLayout(new Date(), session.paint);
  printList(session, options, { items, layout });
}

async function replayDeliveries(
  session: Session,
  { failed, from, to, ...format }: ReplayOptions,
  [typed = '', deliveryId]: string[],
): Promise<void> {
  if ([deliveryId, failed, from ?? to].filter((each) => each !== undefined).length !== 1) {
    throw usageError('Give a delivery, --failed, or --from and --to.');
  }
  const matinee = await session.matinee();
  const webhookId = await findId(session, 'webhook', typed);
  const input = {
    webhookId,
    ...(deliveryId === undefined ? {} : { deliveryId }),
    ...(failed ? { failed } : {}),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
  const { replayed } = await matinee.admin.webhooks.replay(input);
  session.print(format, { replayed }, () => count(replayed, 'delivery', 'deliveries'));
  session.talk('The server sends each of them once.');
}
