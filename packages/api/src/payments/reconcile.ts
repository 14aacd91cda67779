import type { App } from '../app.ts';
import { query, queryOne, statement } from '../db/query.ts';
import { textOf } from '../db/row.ts';
import { parseMinor } from '../money.ts';
import { databaseOf, serviceContext } from '../service-context.ts';
import { attemptById, attemptByRef, isOpened } from './attempts.ts';
import type { Attempt } from './attempts.ts';
import { settleUnnamed } from './inbox.ts';
import { openIncident } from './incidents.ts';
import type { Observed, ProviderName } from './provider.ts';
import { sendRefund } from './refund.ts';
import { settle, lookAndSettle } from './settle.ts';

/** Rows of one look. */
const most = 500;

const unsettled = statement(
  `select id from payments
   where status in ('open', 'processing') and provider_ref is not null
     and created_at < clock_timestamp() - interval '2 minutes'
   order by created_at limit ${most}`,
  { id: 'uuid' },
);

const pendingRefunds = statement(
  `select f.id from refunds f join payments p on p.id = f.payment_id and p.provider <> 'desk'
   where f.status = 'pending' and f.created_at < clock_timestamp() - interval '10 minutes'
   order by f.created_at limit ${most}`,
  { id: 'uuid' },
);

/** What a reconciliation has looked at, and what it could not. */
export interface Reconciled {
  payments: number;
  refunds: number;
  failed: number;
}

/**
 * Asks the providers about payments and refunds that have been on their way for minutes: a webhook or a
 * client may never have come.
 */
export async function reconcilePayments(app: App): Promise<Reconciled> {
  const db = databaseOf(app);
  const done: Reconciled = { payments: 0, refunds: 0, failed: 0 };
  const attempt = async (kind: 'payments' | 'refunds', work: () => Promise<unknown>) => {
    try {
      await work();
      done[kind] += 1;
    } catch (err) {
      done.failed += 1;
      app.log.warn({ err }, 'A payment could not be compared with its provider; it is tried again');
    }
  };
  for (const { id } of await query(db, unsettled)) {
    await attempt('payments', () => look(app, id));
  }
  for (const { id } of await query(db, pendingRefunds)) {
    // The outbox may have given it up. One that the provider has is looked at, and not sent again.
    await attempt('refunds', () => resend(app, id));
  }
  return done;
}

async function look(app: App, paymentId: string): Promise<void> {
  const attempt = await attemptById(databaseOf(app), paymentId);
  if (attempt && isOpened(attempt)) {
    await lookAndSettle(app, attempt);
  }
}

async function resend(app: App, refundId: string): Promise<void> {
  const ctx = serviceContext(app, {
    requestId: `refund ${refundId}`,
    remoteAddress: 'reconciler',
    notes: { idempotencyReplayed: false },
  });
  await sendRefund(ctx, { payload: { refundId } });
}

/** What the nightly comparison reaches back to. */
const comparedHours = 48;
const hourMs = 3_600_000;

const ourSide = statement(
  `select p.status, p.captured, p.dispute, (
     select coalesce(sum(amount), 0)::numeric(12, 2) from refunds
     where payment_id = p.id and status = 'succeeded' and cause <> 'exchanged') as returned
   from payments p where p.id = $1`,
  {
    status: textOf<Attempt['status']>(),
    captured: 'numeric',
    dispute: 'text?',
    returned: 'numeric',
  },
);

/**
 * Compares the payments of the last two days with what each provider has. What differs is settled; what
 * then still differs, or is not ours although it carries our mark, becomes an incident.
 *
 * @returns how many payments were compared
 */
export async function compareWithProviders(app: App): Promise<number> {
  const since = new Date(app.clock().getTime() - comparedHours * hourMs);
  let compared = 0;
  for (const name of app.payments.names) {
    for await (const observed of app.payments.get(name).list(since)) {
      compared += 1;
      await compare(app, name, observed);
    }
  }
  return compared;
}

async function compare(app: App, provider: ProviderName, observed: Observed): Promise<void> {
  const attempt = await attemptByRef(databaseOf(app), provider, observed.ref);
  if (!attempt) {
    await settleUnnamed(app, provider, observed);
    return;
  }
  if (await agrees(app, attempt.id, observed)) {
    return;
  }
  await settle(app, { id: attempt.id, provider }, observed);
  if (!(await agrees(app, attempt.id, observed))) {
    await openIncident(app, 'provider_differs', {
      subject: attempt.id,
      paymentId: attempt.id,
      data: { status: observed.status, received: observed.received },
    });
  }
}

async function agrees(app: App, paymentId: string, observed: Observed): Promise<boolean> {
  const ours = await queryOne(databaseOf(app), ourSide, [paymentId]);
  const returned = observed.refunds
    .filter(({ status }) => status === 'succeeded')
    .reduce((sum, { amount }) => sum + parseMinor(amount), 0n);
  const isPaid = observed.status === 'succeeded';
  return (
    (ours.status === 'succeeded') === isPaid &&
    parseMinor(ours.captured) === (isPaid ? parseMinor(observed.received) : 0n) &&
    parseMinor(ours.returned) === returned &&
    ours.dispute === (observed.dispute?.status ?? null)
  );
}
