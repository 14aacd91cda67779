import type { Delivery } from '@matinee/sdk';
import type { Command } from 'commander';
import { addGroup, asJson, asList, examples, given, runs } from '../command.ts';
import { usageError } from '../failure.ts';
import { onInterrupt } from '../interrupt.ts';
import { printItems, printList } from '../lists.ts';
import type { ListOptions } from '../lists.ts';
import { findId } from '../named/find-id.ts';
import { deliveryLayout } from '../output/delivery.ts';
import { Progress } from '../output/progress.ts';
import { count } from '../output/text.ts';
import type { Format, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';

interface ListDeliveriesOptions extends ListOptions {
  state?: Delivery['state'];
}

interface RetryOptions extends Format {
  dead?: boolean;
}

export function addOutbox(program: Command, terminal: Terminal): void {
  const outbox = addGroup(program, 'outbox', 'e-mails and other deliveries (for administrators)');

  const list = asList(outbox.command('list').description('list deliveries, newest first'));
  list.option('--state <state>', 'only this state: open, done or dead (failed for good)');
  examples(list, [
    'matinee outbox list --state dead',
    'matinee outbox list --csv > deliveries.csv',
  ]);
  runs<ListDeliveriesOptions>(list, terminal, listDeliveries);

  const retry = outbox.command('retry').description('attempt deliveries again');
  asJson(retry.argument('[delivery...]')).option(
    '--dead',
    'all deliveries that have failed for good',
  );
  examples(retry, ['matinee outbox retry ID', 'matinee outbox retry --dead']);
  runs<RetryOptions>(retry, terminal, retryDeliveries);

  const drop = outbox
    .command('drop')
    .description('give deliveries up; they are not attempted again');
  asJson(drop.argument('<delivery...>', 'id, or the end of the id'));
  examples(drop, ['matinee outbox drop ID']);
  runs<Format>(drop, terminal, dropDeliveries);
}

async function listDeliveries(session: Session, options: ListDeliveriesOptions): Promise<void> {
  const matinee = await session.matinee();
  const filters = given(options, ['state']);
  const items = await matinee.admin.outbox.list.all(filters).toArray({ limit: options.limit });
  const layout = deliveryLayout(new Date(), session.paint);
  printList(session, options, { items, layout });
}

async function retryDeliveries(
  session: Session,
  options: RetryOptions,
  ids: string[],
): Promise<void> {
  if (options.dead && ids.length > 0) {
    throw usageError('--dead cannot be combined with ids.', 'It retries all dead deliveries.');
  }
  if (!options.dead && ids.length === 0) {
    throw usageError(
      'Missing: the ids of deliveries.',
      'Name them, or retry dead ones with --dead.',
    );
  }
  const matinee = await session.matinee();
  const { list, retry } = matinee.admin.outbox;
  const dead = options.dead ? await list.all({ state: 'dead' }).toArray() : [];
  const chosen = options.dead ? dead.map(({ id }) => id) : await findAll(session, ids);
  const retried = await changeEach(session, chosen, (deliveryId) => retry({ deliveryId }));
  printDeliveries(session, options, retried);
  session.talk(
    retried.length === 0
      ? 'No delivery has failed for good.'
      : `The server attempts ${counted(retried.length)} again.`,
  );
}

async function dropDeliveries(session: Session, format: Format, ids: string[]): Promise<void> {
  const matinee = await session.matinee();
  const { drop } = matinee.admin.outbox;
  const chosen = await findAll(session, ids);
  const dropped = await changeEach(session, chosen, (deliveryId) => drop({ deliveryId }));
  printDeliveries(session, format, dropped);
  session.talk(`${counted(dropped.length)} dropped. \`matinee outbox retry\` reverses this.`);
}

/** The whole ids of deliveries. */
function findAll(session: Session, typed: readonly string[]): Promise<string[]> {
  return Promise.all(typed.map((each) => findId(session, 'delivery', each)));
}

/** Changes deliveries one after the other. The first refusal ends the command. */
async function changeEach(
  session: Session,
  ids: readonly string[],
  change: (deliveryId: string) => Promise<Delivery>,
): Promise<Delivery[]> {
  const changed: Delivery[] = [];
  const progress = new Progress(session.terminal.talk);
  const reportStop = () => {
    progress.clear();
    session.talk(`Stopped after ${changed.length} of ${counted(ids.length)}.`);
  };
  const forget = onInterrupt(reportStop);
  try {
    for (const id of ids) {
      changed.push(await change(id));
      progress.show(changed.length / ids.length, `${changed.length} of ${counted(ids.length)}`);
    }
    progress.clear();
    return changed;
  } catch (error) {
    if (ids.length > 1) {
      reportStop();
    }
    throw error;
  } finally {
    forget();
  }
}

function printDeliveries(session: Session, format: Format, items: Delivery[]): void {
  printItems(session, format, { items, layout: deliveryLayout(new Date(), session.paint) });
}

function counted(deliveries: number): string {
  return count(deliveries, 'delivery', 'deliveries');
}
