import type { Inputs, Payment } from '@matinee/sdk';
import type { Command } from 'commander';
import { confirm } from '../ask.ts';
import { addGroup, asJson, asList, examples, given, runs } from '../command.ts';
import { printList } from '../lists.ts';
import type { ListOptions } from '../lists.ts';
import { exactFinder, findId } from '../named/find-id.ts';
import { paymentLayout, showPayment } from '../output/payment.ts';
import type { Format, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';

type Filters = Pick<Inputs['admin']['payments']['list'], 'status' | 'provider'>;

interface ListPaymentsOptions extends ListOptions, Filters {
  from?: string;
  to?: string;
}

interface RefundOptions extends Format {
  reason: string;
}

const aPayment = ['<payment>', 'id, the end of the id, or the reference of the booking'] as const;

export function addPayments(program: Command, terminal: Terminal): void {
  const payments = addGroup(program, 'payments', 'payments of customers, and refunds');

  const list = asList(payments.command('list'))
    .description('list payments, newest first (for administrators)')
    .option('--status <status>', 'only this status: open, processing, succeeded or cancelled')
    .option('--provider <provider>', 'only this provider: stripe, paypal or desk')
    .option('--from <date>', 'first day (YYYY-MM-DD) in UTC, or an instant')
    .option('--to <date>', 'last day (YYYY-MM-DD) in UTC, or an instant');
  examples(list, [
    'matinee payments list --status succeeded',
    'matinee payments list --from 2026-12-01 --csv > payments.csv',
  ]);
  runs<ListPaymentsOptions>(list, terminal, listPayments);

  const get = asJson(payments.command('get').argument(...aPayment));
  get.description('show a payment');
  examples(get, ['matinee payments get ID']);
  runs<Format>(get, terminal, getPayment);

  const sync = asJson(payments.command('sync').argument(...aPayment));
  sync.description('ask the provider about a payment; seats that are paid are sold');
  examples(sync, ['matinee payments sync ID']);
  runs<Format>(sync, terminal, syncPayment);

  const refund = asJson(payments.command('refund').argument(...aPayment))
    .description('return a part of a payment; its seats stay sold (for administrators)')
    .argument('<amount>', 'amount to return, such as 5.00')
    .requiredOption('--reason <text>', 'reason, for the log (required)');
  examples(refund, ['matinee payments refund ID 5.00 --reason "The sound failed"']);
  runs<RefundOptions>(refund, terminal, refundPayment);
}

async function listPayments(session: Session, options: ListPaymentsOptions): Promise<void> {
  const matinee = await session.matinee();
  const filters = given(options, ['status', 'provider', 'from', 'to']);
  const items = await matinee.admin.payments.list.all(filters).toArray({ limit: options.limit });
  printList(session, options, { items, layout: paymentLayout(new Date(), session.paint) });
}

async function getPayment(
  session: Session,
  options: Format,
  [typed = '']: string[],
): Promise<void> {
  const matinee = await session.matinee();
  const paymentId = await findId(session, 'payment', typed);
  const payment = await matinee.payments.get({ paymentId });
  session.print(options, payment, () => showPayment(payment, session.paint));
}

async function syncPayment(
  session: Session,
  options: Format,
  [typed = '']: string[],
): Promise<void> {
  const matinee = await session.matinee();
  const paymentId = await findId(session, 'payment', typed);
  const payment = await matinee.payments.sync({ paymentId });
  session.print(options, payment, () => showPayment(payment, session.paint));
}

async function refundPayment(
  session: Session,
  options: RefundOptions,
  [typed = '', amount = '']: string[],
): Promise<void> {
  const matinee = await session.matinee();
  const found = exactFinder(session, 'payment', typed);
  await confirm(session, async () => {
    const payment = await matinee.payments.get({ paymentId: (await found()).id });
    return `Refund ${amount} ${payment.currency} of ${describePayment(payment)}?`;
  });
  const { id: paymentId } = await found();
  const { reason } = options;
  const payment = await matinee.admin.payments.refund({ paymentId, amount, reason });
  session.print(options, payment, () => showPayment(payment, session.paint));
  session.talk('Refund requested. The server sends it to the provider within seconds.');
}

function describePayment({ amount, currency, refunded }: Payment): string {
  const whole = `a payment of ${amount} ${currency}`;
  return refunded === '0.00' ? whole : `${whole}, of which ${refunded} ${currency} were refunded`;
}
