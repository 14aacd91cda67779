import type { Inputs } from '@matinee/sdk';
import { amountOf } from '../arguments.ts';
import { ask, askText, askValid, promptStreams } from '../ask.ts';
import { CliError, exitCodes, usageError } from '../failure.ts';
import type { Session } from '../session.ts';

export type Tender = Inputs['desk']['sell']['tender'];
/** In the order in which a prompt offers them. */
export const tenders: readonly Tender[] = ['cash', 'card_terminal', 'comp', 'invoice'];

export type ExchangeTender = NonNullable<Inputs['desk']['exchange']['tender']>;
export const exchangeTenders: readonly ExchangeTender[] = ['cash', 'card_terminal', 'invoice'];

/** Flags about how a sale is paid. */
export interface TenderFlags {
  tender?: Tender;
  tendered?: string;
  reason?: string;
}

/** How a sale is paid, as the server takes it. */
export type Paid = Pick<Inputs['desk']['sell'], 'tender' | 'tendered' | 'reason'>;

/** What a sale costs. */
export interface Price {
  total: string;
  currency: string;
}

/** Says how a sale is paid: by the flags, or by prompts. @throws CliError if it is not paid */
export async function takePayment(
  session: Session,
  flags: TenderFlags,
  { total, currency }: Price,
): Promise<Paid> {
  const tender = flags.tender ?? (await askForTender(session, `${total} ${currency}`, tenders));
  const { tendered } = flags;
  if (tender === 'comp') {
    return { tender, reason: flags.reason ?? (await askForReason(session)) };
  }
  const why = flags.reason === undefined ? {} : { reason: flags.reason };
  if (tendered !== undefined) {
    return { tender, tendered: amountOf(tendered), ...why };
  }
  if (tender === 'cash' && session.canAsk) {
    return { tender, tendered: await askForCash(session, { total, currency }), ...why };
  }
  if (tender === 'card_terminal' && flags.tender === undefined) {
    await confirmCard(session, `${total} ${currency}`);
  }
  return { tender, ...why };
}

const labels: Readonly<Record<Tender, string>> = {
  cash: 'Cash',
  card_terminal: 'Card terminal',
  comp: 'Complimentary, costs nothing',
  invoice: 'Invoice',
};

/** Asks how an amount is paid. */
export async function askForTender<Way extends Tender>(
  session: Session,
  price: string,
  ways: readonly Way[],
): Promise<Way> {
  const chosen = await ask((prompts) =>
    prompts.select<string>({
      message: `${price}. How is it paid?`,
      options: ways.map((value) => ({ value, label: labels[value] })),
      ...promptStreams(session),
    }),
  );
  return chosen as Way;
}

/** Asks why something costs nothing. */
export function askForReason(session: Session): Promise<string> {
  if (!session.canAsk) {
    throw usageError('Missing: --reason.', 'A complimentary sale needs a reason.');
  }
  return askText(session, 'Why does it cost nothing?');
}

function askForCash(session: Session, { total, currency }: Price): Promise<string> {
  return askValid(session, {
    message: `${total} ${currency}. Cash handed over? Enter: ${total}`,
    hint: `Enter an amount of at least ${total}.`,
    read: (text) => {
      const amount = text.trim() === '' ? total : amountOf(text);
      const isEnough = /^\d+\.\d\d$/.test(amount) && Number(amount) >= Number(total);
      return isEnough ? amount : undefined;
    },
  });
}

/** The server does not talk to the card terminal, so the clerk says whether it took the money. */
export async function confirmCard(session: Session, price: string): Promise<void> {
  const message = `Has the card terminal taken ${price}?`;
  const streams = promptStreams(session);
  if (!(await ask((prompts) => prompts.confirm({ message, initialValue: true, ...streams })))) {
    throw new CliError(exitCodes.error, 'Nothing was sold.');
  }
}
