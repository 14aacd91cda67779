import type { Shift } from '@matinee/sdk';
import { Option } from 'commander';
import type { Command } from 'commander';
import { amountOf } from '../arguments.ts';
import { askValid } from '../ask.ts';
import { addTicket } from '../booking/tickets.ts';
import { addGroup, asJson, examples, runs } from '../command.ts';
import type { ExchangeFlags } from '../desk/exchange.ts';
import type { ReseatFlags } from '../desk/reseat.ts';
import type { SellFlags } from '../desk/sell.ts';
import { exchangeTenders, tenders } from '../desk/tender.ts';
import { usageError } from '../failure.ts';
import { exactFinder, findId } from '../named/find-id.ts';
import { details } from '../output/details.ts';
import { differenceLines, showShift } from '../output/shift.ts';
import type { Format, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';

interface OpenOptions extends Format {
  site?: string;
  float?: string;
}
interface CloseOptions extends Format {
  cash?: string;
  cardTerminal?: string;
}

const ticketsHelp = `
Ticket types go to the seats in the order of the types. Seats that are left are
of the first type. At a terminal, the command asks for what is not given.`;

export function addDesk(program: Command, terminal: Terminal): void {
  const desk = addGroup(program, 'desk', 'sales over the counter, and the shift of a clerk');
  addSell(desk, terminal);

  const shift = asJson(desk.command('shift').description('show your open shift'));
  examples(shift, ['matinee desk shift']);
  runs<Format>(shift, terminal, printOpenShift);

  const open = asJson(desk.command('open').description('open your shift'))
    .option('--site <site>', 'name or id of the site; default: the only one')
    .option('--float <amount>', 'change in the drawer, such as 100.00');
  examples(open, ['matinee desk open --site Downtown --float 100.00']);
  runs<OpenOptions>(open, terminal, openShift);

  const close = asJson(desk.command('close').description('close your shift, and show differences'))
    .option('--cash <amount>', 'cash in the drawer, the float included')
    .option('--card-terminal <amount>', 'total of the card terminal');
  examples(close, ['matinee desk close --cash 123.50 --card-terminal 80.00']);
  runs<CloseOptions>(close, terminal, closeShift);

  addReseat(desk, terminal);
  addExchange(desk, terminal);

  const payOut = asJson(desk.command('pay-out').argument('<reservation>', 'reference or id'));
  payOut.description('pay out what is returned for a reservation that was paid at the desk');
  examples(payOut, ['matinee desk pay-out ID']);
  runs<Format>(payOut, terminal, payOutRefunds);
}

function addSell(desk: Command, terminal: Terminal): void {
  const sell = desk.command('sell').argument('[showtime]', 'id, or the end of the id');
  asJson(sell.description('sell seats over the counter'))
    .option(
      '--seat <seat>',
      'seat, such as B7 or B7-B9; repeatable',
      (text: string, before?: string[]) => [...(before ?? []), text],
    )
    .option(
      '--ticket <type=number>',
      'number of a ticket type, such as child=1; repeatable',
      addTicket,
    )
    .addOption(new Option('--tender <tender>', 'how it is paid').choices(tenders))
    .option('--tendered <amount>', 'cash that the customer hands over')
    .option('--reason <text>', 'why it costs nothing, for a comp')
    .option('--name <text>', 'name of the customer')
    .option('--email <text>', 'e-mail address of the customer')
    .option('--user <user>', 'account of the customer: e-mail address or id')
    .option('--date <date>', 'only offer shows on this day (YYYY-MM-DD)')
    .addHelpText('after', ticketsHelp);
  examples(sell, [
    'matinee desk sell',
    'matinee desk sell ID --seat A7 --seat A8 --tender cash --tendered 50.00',
  ]);
  runs<SellFlags>(sell, terminal, async (session, flags, operands) => {
    const { sellAtDesk } = await import('../desk/sell.ts');
    await sellAtDesk(session, flags, operands);
  });
}

function addReseat(desk: Command, terminal: Terminal): void {
  const reseat = asJson(desk.command('reseat').argument('<reservation>', 'reference or id'))
    .description('move seats of a reservation to other seats of its show')
    .option(
      '--move <old=new>',
      'a seat and the one it becomes, such as B1=B7; repeatable',
      (text: string, before?: string[]) => [...(before ?? []), text],
    )
    .addOption(new Option('--tender <tender>', 'how a difference is paid').choices(tenders))
    .option('--reason <text>', 'why a difference is not paid, for a comp');
  examples(reseat, ['matinee desk reseat K7WQ3MXA --move B1=B5 --move B2=B6']);
  runs<ReseatFlags>(reseat, terminal, async (session, flags, operands) => {
    const { reseatAtDesk } = await import('../desk/reseat.ts');
    await reseatAtDesk(session, flags, operands);
  });
}

function addExchange(desk: Command, terminal: Terminal): void {
  const exchange = desk.command('exchange').argument('<reservation>', 'reference or id');
  asJson(exchange.argument('[showtime]', 'id, or the end of the id'))
    .description('exchange a reservation for seats of another show')
    .option(
      '--seat <seat>',
      'seat, such as B7 or B7-B9; repeatable',
      (text: string, before?: string[]) => [...(before ?? []), text],
    )
    .option(
      '--ticket <type=number>',
      'number of a ticket type, such as child=1; repeatable',
      addTicket,
    )
    .addOption(new Option('--tender <tender>', 'how a difference is paid').choices(exchangeTenders))
    .option('--date <date>', 'only offer shows on this day (YYYY-MM-DD)')
    .addHelpText('after', ticketsHelp);
  examples(exchange, ['matinee desk exchange K7WQ3MXA ID --seat A7 --tender cash']);
  runs<ExchangeFlags>(exchange, terminal, async (session, flags, operands) => {
    const { exchangeAtDesk } = await import('../desk/exchange.ts');
    await exchangeAtDesk(session, flags, operands);
  });
}

async function printOpenShift(session: Session, options: Format): Promise<void> {
  const matinee = await session.matinee();
  await printShift(session, options, await matinee.desk.shift());
}

async function openShift(session: Session, options: OpenOptions): Promise<void> {
  const siteId = await siteOf(session, options);
  const float = await amountFor(session, {
    flag: '--float',
    text: options.float,
    message: 'Change in the drawer?',
  });
  const matinee = await session.matinee();
  await printShift(session, options, await matinee.desk.openShift({ siteId, float }));
  session.talk('Shift opened.');
}

async function closeShift(session: Session, options: CloseOptions): Promise<void> {
  const cash = await amountFor(session, {
    flag: '--cash',
    text: options.cash,
    message: 'Cash in the drawer, the float included?',
  });
  const card = await amountFor(session, {
    flag: '--card-terminal',
    text: options.cardTerminal,
    message: 'Total of the card terminal?',
  });
  const matinee = await session.matinee();
  const shift = await matinee.desk.closeShift({ counted: { cash, card_terminal: card } });
  await printShift(session, options, shift);
  session.talk(['Shift closed.', ...differenceLines(shift)].join(' '));
}

async function payOutRefunds(
  session: Session,
  options: Format,
  [typed = '']: string[],
): Promise<void> {
  const matinee = await session.matinee();
  const { id: reservationId } = await exactFinder(session, 'reservation', typed)();
  const paid = await matinee.desk.payOut({ reservationId });
  const { reference, currency } = paid.reservation;
  session.print(options, paid, () =>
    details(
      [
        ['Reservation', reference],
        ...paid.lines.map(({ tender, amount }): [string, string] => [
          `Pay out, ${tender.replace('_', ' ')}`,
          `${amount} ${currency}`,
        ]),
      ],
      session.paint,
    ),
  );
  session.talk(`Paid out: ${paid.amount} ${currency}.`);
}

async function siteOf(session: Session, { site }: OpenOptions): Promise<string> {
  if (site !== undefined) {
    return findId(session, 'site', site);
  }
  const matinee = await session.matinee();
  const [only, ...others] = await matinee.sites.list.all({}).toArray({ limit: 2 });
  if (!only || others.length > 0) {
    throw usageError(
      'Missing: --site.',
      'There are several sites; `matinee sites list` shows them.',
    );
  }
  return only.id;
}

interface WantedAmount {
  flag: string;
  text: string | undefined;
  message: string;
}

/** The amount of a flag, or of a prompt. */
async function amountFor(session: Session, { flag, text, message }: WantedAmount): Promise<string> {
  if (text !== undefined) {
    return amountOf(text);
  }
  if (!session.canAsk) {
    throw usageError(`Missing: ${flag}.`);
  }
  return askValid(session, {
    message,
    hint: 'Enter an amount, such as 100.00.',
    read: (typed) => (/^\d+([.,]\d{1,2})?$/.test(typed.trim()) ? amountOf(typed) : undefined),
  });
}

async function printShift(session: Session, options: Format, shift: Shift): Promise<void> {
  const matinee = await session.matinee();
  const sites = options.json ? [] : await matinee.sites.list.all({}).toArray();
  session.print(options, shift, () => showShift(shift, sites, session));
}
