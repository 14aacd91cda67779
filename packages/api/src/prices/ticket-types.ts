import { given, selection } from '../db/conditions.ts';
import { standardTicketType } from '../db/entities/ticket-type.ts';
import { query, queryOne, statement } from '../db/query.ts';
import { textOf } from '../db/row.ts';
import { ConflictError, noSuch, ValidationError } from '../errors.ts';
import { readTextCursor, toPage } from '../paging.ts';
import type { Page } from '../paging.ts';
import type { ServiceContext } from '../service-context.ts';
import { renewLists } from './price-lists.ts';
import type { CreateTicketType, ListTicketTypes, TicketType, UpdateTicketType } from './schema.ts';

/** By `sort_order`, of at most a million, and `code`. */
const sortKey = `lpad((sort_order + 1000000)::text, 7, '0') || code collate "C"`;

const types = selection({
  columns: {
    id: 'uuid',
    code: 'text',
    name: 'text',
    description: 'text?',
    sortOrder: 'int',
    maxAge: 'int?',
    minAge: 'int?',
    proof: textOf<TicketType['proof']>(),
    minPerBooking: 'int?',
    withAdult: 'bool',
    createdAt: 'instant',
    place: 'text',
  },
  fixed: 1,
  text: (conditions) => `
    select id, code, name, description, sort_order as "sortOrder", max_age as "maxAge",
      min_age as "minAge", proof, min_per_booking as "minPerBooking", with_adult as "withAdult",
      created_at as "createdAt", ${sortKey} as place
    from ticket_types where archived_at is null and ${conditions}
    order by ${sortKey}, id limit $1`,
  conditions: {
    id: 'id = $1',
    after: `(${sortKey}, id) > ($1::text, $2::uuid)`,
  },
});

/** Ticket types in their order. */
export async function listTicketTypes(
  ctx: ServiceContext,
  input: ListTicketTypes,
): Promise<Page<TicketType>> {
  const after = readTextCursor(input.cursor);
  const bound = types.where([input.limit + 1], { after });
  return toPage(await ctx.app.replicas.list(ctx, ...bound), input.limit, {
    keyOf: ({ place, id }) => [place, id],
    toItem: ({ place: _place, ...type }) => type,
  });
}

/** One ticket type. @throws NotFoundError */
async function getTicketType(ctx: ServiceContext, ticketTypeId: string): Promise<TicketType> {
  const [row] = await query(ctx, ...types.where([1], { id: given(ticketTypeId) }));
  if (!row) {
    throw noSuch('ticket type');
  }
  const { place: _place, ...type } = row;
  return type;
}

const insertType = statement(
  `insert into ticket_types (id, code, name, description, sort_order, max_age, min_age, proof,
     min_per_booking, with_adult)
   values (gen_random_uuid(), $1, $2, $3, coalesce($4, 0), $5, $6, coalesce($7, 'none'), $8,
     coalesce($9, false))
   on conflict (code) do nothing returning id`,
  { id: 'uuid' },
);

/** Makes a ticket type. @throws ValidationError when another one has its code */
export async function createTicketType(
  tx: ServiceContext,
  input: CreateTicketType,
): Promise<TicketType> {
  const [made] = await query(tx, insertType, [
    input.code,
    input.name,
    input.description ?? null,
    input.sortOrder,
    input.maxAge ?? null,
    input.minAge ?? null,
    input.proof,
    input.minPerBooking ?? null,
    input.withAdult,
  ]);
  return made ? getTicketType(tx, made.id) : refuseCode();
}

const typeForUpdate = statement(
  `select sort_order as "sortOrder", code,
     exists (select from ticket_types x where x.code = $2 and x.id <> $1) as "codeTaken"
   from ticket_types where id = $1 and archived_at is null for update`,
  { sortOrder: 'int', code: 'text', codeTaken: 'bool' },
);

const updateType = statement(
  `update ticket_types set code = coalesce($2, code), name = coalesce($3, name),
     description = case when $4 then $5 else description end,
     sort_order = coalesce($6, sort_order),
     max_age = case when $7 then $8 else max_age end,
     min_age = case when $9 then $10 else min_age end,
     proof = coalesce($11, proof),
     min_per_booking = case when $12 then $13 else min_per_booking end,
     with_adult = coalesce($14, with_adult)
   where id = $1`,
);

/**
 * Changes a ticket type. Its rules hold for what is sold from then on; where its place makes another
 * type the first one of a price list, the list gets a new version.
 *
 * @throws NotFoundError
 * @throws ValidationError when another type has its code
 */
export async function updateTicketType(
  tx: ServiceContext,
  input: UpdateTicketType,
): Promise<TicketType> {
  const { ticketTypeId, ...changes } = input;
  const [before] = await query(tx, typeForUpdate, [ticketTypeId, changes.code ?? null]);
  if (!before) {
    throw noSuch('ticket type');
  }
  if (before.codeTaken) {
    refuseCode();
  }
  await query(tx, updateType, [
    ticketTypeId,
    changes.code,
    changes.name,
    ...clearable(changes.description),
    changes.sortOrder,
    ...clearable(changes.maxAge),
    ...clearable(changes.minAge),
    changes.proof,
    ...clearable(changes.minPerBooking),
    changes.withAdult,
  ]);
  const type = await getTicketType(tx, ticketTypeId);
  if (type.sortOrder !== before.sortOrder || type.code !== before.code) {
    await renewLists(tx, ticketTypeId);
  }
  return type;
}

/** Whether a value is given, and the value. */
function clearable<Value>(value: Value | null | undefined): [boolean, Value | null] {
  return [value !== undefined, value ?? null];
}

function refuseCode(): never {
  throw new ValidationError([{ path: ['code'], message: 'is the code of another ticket type' }]);
}

/** Of the standard type: all shows without a price list. */
const use = statement(
  `select count(*)::int as showtimes,
     exists (
       select from price_list_items i join price_lists v on v.id = i.price_list_id
       where i.ticket_type_id = $1 and v.archived_at is null and not exists (
         select from price_lists n where n.list_id = v.list_id and n.version > v.version))
       as "isListed"
   from showtimes t
   where t.end_time > clock_timestamp() and t.archived_at is null and t.cancelled_at is null
     and (t.price_list_id is null and $1::uuid = '${standardTicketType}'
       or exists (
         select from price_list_items
         where price_list_id = t.price_version_id and ticket_type_id = $1))`,
  { showtimes: 'int', isListed: 'bool' },
);

const archiveType = statement(
  `update ticket_types set archived_at = date_trunc('milliseconds', clock_timestamp())
   where id = $1 and archived_at is null`,
);

/**
 * Takes a ticket type out of sale. What was sold keeps it.
 *
 * @throws NotFoundError
 * @throws ConflictError `IN_USE` while a price list has it; the standard type always
 */
export async function deleteTicketType(
  tx: ServiceContext,
  ticketTypeId: string,
): Promise<{ id: string; archived: true }> {
  const [found] = await query(tx, typeForUpdate, [ticketTypeId, null]);
  if (!found) {
    throw noSuch('ticket type');
  }
  const { showtimes, isListed } = await queryOne(tx, use, [ticketTypeId]);
  if (isListed || ticketTypeId === standardTicketType) {
    throw new ConflictError('IN_USE', { showtimes, lockedSeats: 0, reservedSeats: 0 });
  }
  await query(tx, archiveType, [ticketTypeId]);
  return { id: ticketTypeId, archived: true };
}
