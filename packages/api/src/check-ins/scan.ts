import { createHash } from 'node:crypto';
import { v7 } from 'uuid';
import { record } from '../audit/record.ts';
import { databaseNow, inTransaction, query, queryOne, statement } from '../db/query.ts';
import { jsonOf } from '../db/row.ts';
import { noSuch } from '../errors.ts';
import type { StaffContext } from '../service-context.ts';
import { scannedTicket } from './scanned-code.ts';
import type { ScannedTicket } from './scanned-code.ts';
import type { Scan, ScanResult, UploadedScans, UploadScans } from './schema.ts';

const checkIn = statement(
  'select check_in($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, false, null, $12, $13) as result',
  { result: jsonOf<unknown>({ nullable: true }) },
);

/**
 * Judges one scan at a door, and notes it. A ticket lets one person in at a time: whichever of many
 * doors asks first. Validity is judged before duplicates.
 *
 * @throws NotFoundError where there are no tickets, and for a showtime that does not exist
 * @throws ValidationError for a typed reference of several seats
 */
export async function scanTicket(ctx: StaffContext, input: Scan): Promise<ScanResult> {
  ctx.app.ticketKeys.assertOn();
  // What is forced is noted in the same transaction.
  return input.force ? inTransaction(ctx, (tx) => scanOnce(tx, input)) : scanOnce(ctx, input);
}

async function scanOnce(ctx: StaffContext, input: Scan): Promise<ScanResult> {
  const { code, showtimeId, type, force, gate, deviceId, at } = input;
  const ticket = await scannedTicket(ctx, code);
  const id = v7();
  const { result } = await queryOne(ctx, checkIn, [
    id,
    digestOf(input),
    ctx.caller.id,
    ctx.sites,
    ticket.reservationId,
    ticket.seatId,
    ticket.version,
    showtimeId ?? null,
    type,
    at ?? null,
    force,
    gate ?? null,
    deviceId,
  ]);
  if (result === null) {
    throw noSuch('showtime', 'showtimeId');
  }
  const scanned = toScanResult(result);
  noteScan(ctx, scanned, false);
  // A repetition was noted before, and what needed no force is not.
  if (scanned.id === id && (result as { isForced: boolean }).isForced) {
    const data = { deviceId, gate, reference: scanned.reference, seat: scanned.seat };
    await record(ctx, { action: 'checkIns.force', actorId: ctx.caller.id, subject: id, data });
  }
  return scanned;
}

const showsOfSites = statement(
  `select t.id from showtimes t join theaters h on h.id = t.theater_id
   where t.id = any($1) and t.archived_at is null and ($2::uuid[] is null or h.site_id = any($2))`,
  { id: 'uuid' },
);

/** Which of the showtimes that scans name are at the caller's sites. */
async function knownShows(
  ctx: StaffContext,
  scans: readonly Pick<Scan, 'showtimeId'>[],
): Promise<ReadonlySet<string>> {
  const named = [...new Set(scans.flatMap(({ showtimeId }) => showtimeId ?? []))];
  const found = named.length === 0 ? [] : await query(ctx, showsOfSites, [named, ctx.sites]);
  return new Set(found.map(({ id }) => id));
}

/** A clock that is wrong by less than this is not corrected. */
const leastFaultMs = 5_000;

const upload = statement('select upload_check_ins($1, $2, $3) as results', {
  results: jsonOf<unknown[]>(),
});

const conflicts = statement(
  `select l.seat_id as "seatId", s.row_label as "rowLabel", s.seat_number as "seatNumber",
     r.reference, scan.all as scans, scan.first
   from (select distinct reservation_id, seat_id from check_ins where nonce = any($1)) uploaded
   join reservation_seats l using (reservation_id, seat_id)
   join reservations r on r.id = l.reservation_id
   join seats s on s.id = l.seat_id
   cross join lateral (
     select json_agg(json_build_object('deviceId', c.device_id, 'at', c.scanned_at)
         order by c.scanned_at, c.id) as all,
       json_agg(json_build_object('deviceId', c.device_id, 'at', c.scanned_at)
         order by c.scanned_at, c.id) filter (where c.result = 'admitted')->0 as first,
       bool_or(c.result = 'already_admitted') as "isDouble"
     from check_ins c
     where c.reservation_id = l.reservation_id and c.seat_id = l.seat_id and c.type = 'entry'
       and c.is_let_in and c.result <> 'refused' and c.undone_at is null) scan
   where scan."isDouble" and scan.first is not null
   order by r.reference, s.row_index, s.position`,
  {
    seatId: 'uuid',
    rowLabel: 'text',
    seatNumber: 'int',
    reference: 'text',
    scans: jsonOf<{ deviceId: string; at: string }[]>({ nullable: true }),
    first: jsonOf<{ deviceId: string; at: string }>({ nullable: true }),
  },
);

/**
 * Notes the scans of devices that could not ask, and names the tickets with which two went in. Times are
 * corrected by what the clock of the device is wrong. One scan never refuses the others. May be repeated.
 * Runs in a transaction.
 *
 * @throws NotFoundError where there are no tickets
 */
export async function uploadScans(
  tx: StaffContext,
  { scans, sentAt }: UploadScans,
): Promise<UploadedScans> {
  tx.app.ticketKeys.assertOn();
  const known = await knownShows(tx, scans);
  const now = await databaseNow(tx);
  const difference = sentAt === undefined ? 0 : sentAt.getTime() - now.getTime();
  // What an upload takes is no fault of the clock.
  const ahead = Math.abs(difference) < leastFaultMs ? 0 : difference;
  const rows: object[] = [];
  for (const scan of scans) {
    const ticket = await scannedTicket(tx, scan.code, { isLate: true });
    const at = new Date(Math.min(scan.at.getTime() - ahead, now.getTime()));
    rows.push(rowOf(known, scan, { ticket, at }));
  }
  const values = [tx.caller.id, tx.sites, JSON.stringify(rows)];
  const { results } = await queryOne(tx, upload, values);
  const scanned = results.map(toScanResult);
  for (const each of scanned) {
    noteScan(tx, each, true);
  }
  const found = await query(tx, conflicts, [scans.map(digestOf)]);
  return { results: scanned, conflicts: found.map(toConflict) };
}

/** A show that is not there, or not at the caller's sites, has no ticket. */
function rowOf(
  known: ReadonlySet<string>,
  scan: UploadScans['scans'][number],
  { ticket, at }: { ticket: ScannedTicket; at: Date },
): object {
  const { showtimeId, type, refused, gate, deviceId } = scan;
  const isKnown = showtimeId === undefined || known.has(showtimeId);
  return {
    ...ticket,
    id: v7(),
    nonce: digestOf(scan),
    showtimeId: isKnown ? showtimeId : undefined,
    type,
    at,
    refusal: isKnown ? refused : 'wrong_show',
    gate,
    deviceId,
  };
}

function toConflict({
  scans,
  first,
  ...ticket
}: {
  seatId: string;
  rowLabel: string;
  seatNumber: number;
  reference: string;
  scans: { deviceId: string; at: string }[];
  first: { deviceId: string; at: string };
}): UploadedScans['conflicts'][number] {
  const dated = (scan: { deviceId: string; at: string }) => ({ ...scan, at: new Date(scan.at) });
  return { ...ticket, scans: scans.map(dated), first: dated(first) };
}

/** Names a scan: another code under the same mark of the device is another scan. */
function digestOf({
  code,
  deviceId,
  nonce,
  type,
}: Pick<Scan, 'code' | 'deviceId' | 'nonce' | 'type'>): string {
  const text = JSON.stringify([deviceId, nonce, type, code]);
  return createHash('sha256').update(text).digest('base64url');
}

function noteScan({ app }: StaffContext, { result, reason }: ScanResult, isLate: boolean): void {
  app.observer.ticketScanned({ result, reason, isLate });
}

/** What the database made of a scan. */
export function toScanResult(answer: unknown): ScanResult {
  const scan = answer as ScanResult;
  return {
    ...scan,
    at: new Date(scan.at),
    first: scan.first && { ...scan.first, at: new Date(scan.first.at) },
    showtime: scan.showtime && {
      ...scan.showtime,
      startTime: new Date(scan.showtime.startTime),
    },
  };
}
