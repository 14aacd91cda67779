import { isAmong, lackOfRight } from '../auth/rights.ts';
import { query, statement } from '../db/query.ts';
import { noSuch } from '../errors.ts';
import type { AppError } from '../errors.ts';
import type { StaffContext, ActorContext } from '../service-context.ts';

/** What a resolver works with. */
interface Work<Context, Input> {
  ctx: Context;
  input: Input;
  path: string;
}

/** Something that belongs to a site. */
export interface SiteThing {
  /** As in `showtime`, with its id. */
  readonly kind: keyof typeof siteById;
  readonly id: string;
  /** Where the id stands when it is inside a body. */
  readonly field?: string;
}

const siteOf = (text: string) => statement(text, { siteId: 'uuid' });

const ofShow = 'join theaters h on h.id = x.theater_id where x.id = $1';

const siteById = {
  site: siteOf('select id as "siteId" from sites where id = $1'),
  theater: siteOf('select site_id as "siteId" from theaters where id = $1'),
  showtime: siteOf(`select h.site_id as "siteId" from showtimes x ${ofShow}`),
  series: siteOf(
    `select h.site_id as "siteId" from showtimes x join theaters h on h.id = x.theater_id
     where x.series_id = $1 order by x.id limit 1`,
  ),
  reservation: siteOf(`select h.site_id as "siteId" from reservations x ${ofShow}`),
  payment: siteOf(`select h.site_id as "siteId" from payments x ${ofShow}`),
  entry: siteOf(
    `select h.site_id as "siteId" from check_ins x join theaters h on h.id = x.theater_id
     where x.id = $1`,
  ),
  incident: siteOf(
    `select h.site_id as "siteId" from incidents i
     join payments x on x.id = i.payment_id join theaters h on h.id = x.theater_id
     where i.id = $1`,
  ),
};

/** The site that a list is asked for, if it is. */
export function siteNamed(siteId: string | undefined): SiteThing | undefined {
  return siteId === undefined ? undefined : { kind: 'site', id: siteId };
}

/**
 * Runs a resolver of `staffProcedure` for things of the caller's sites. Things of other sites do not
 * exist to the caller; what does not exist at all is left to the resolver.
 *
 * @param thingsOf what the input is about
 * @throws NotFoundError where the caller has no role, or the thing belongs to no site
 * @throws ForbiddenError where the caller's role lacks the right
 */
export function atItsSite<Context extends StaffContext, Input, Answer>(
  thingsOf: (input: Input) => readonly (SiteThing | undefined)[],
  resolve: (work: Work<Context, Input>) => Promise<Answer>,
): (work: Work<Context, Input>) => Promise<Answer> {
  return async (work) => {
    for (const thing of thingsOf(work.input)) {
      if (thing) {
        await assertAtSite(work.ctx, thing);
      }
    }
    return resolve(work);
  };
}

/** @throws as `atItsSite` */
export async function assertAtSite(ctx: StaffContext, thing: SiteThing): Promise<void> {
  // That a site exists is asked here alone; of other things the resolver finds out.
  if (ctx.sites === null && thing.kind !== 'site') {
    return;
  }
  const siteId = await siteIdOf(ctx, thing);
  if (siteId === undefined || !isAmong(ctx.sites, siteId)) {
    throw refusalAt(ctx, thing, siteId);
  }
}

/**
 * The failure for something that a user neither owns nor has a right to. Only members of staff learn
 * that it is there, and only at their sites.
 */
export async function unreachable(ctx: ActorContext, thing: SiteThing): Promise<AppError> {
  const siteId = ctx.caller.grants.length === 0 ? undefined : await siteIdOf(ctx, thing);
  return refusalAt(ctx, thing, siteId);
}

async function siteIdOf(ctx: ActorContext, { kind, id }: SiteThing): Promise<string | undefined> {
  const [row] = await query(ctx, siteById[kind], [id]);
  return row?.siteId;
}

function refusalAt(
  { caller }: ActorContext,
  { kind, field }: SiteThing,
  siteId: string | undefined,
): AppError {
  const absent = noSuch(kind, field);
  return siteId === undefined ? absent : lackOfRight(caller, siteId, absent);
}
