import { audited } from '../audit/record.ts';
import { idempotent } from '../idempotency.ts';
import { route } from '../meta.ts';
import { atItsSite } from '../staff/at-site.ts';
import { staffProcedure } from '../trpc.ts';
import { findTickets, listCheckIns, readManifest } from './list.ts';
import { scanTicket, uploadScans } from './scan.ts';
import {
  CheckIn,
  CheckInPage,
  FindTickets,
  FoundTickets,
  ListCheckIns,
  Manifest,
  ManifestOf,
  Scan,
  ScanResult,
  UndoCheckIn,
  UploadedScans,
  UploadScans,
} from './schema.ts';
import { undoCheckIn } from './undo.ts';

export const checkInsRouter = {
  /** Judges one scan at the door. */
  create: staffProcedure('check_in')
    .meta({
      ...route(
        'POST /check-ins',
        'Check a ticket in',
        'Returns whether the holder goes in, always with 200. From 30 minutes before the start to the end. ' +
          'Of many doors that scan one ticket, one admits it; the others return which was first.',
      ),
      message: 'Scanned.',
      refusals: ['NOT_FOUND'],
    })
    .input(Scan)
    .output(ScanResult)
    .mutation(
      atItsSite(
        ({ showtimeId }) => [
          showtimeId === undefined
            ? undefined
            : { kind: 'showtime', id: showtimeId, field: 'showtimeId' },
        ],
        idempotent(ScanResult, ({ ctx, input }) => scanTicket(ctx, input)),
      ),
    ),

  /** Takes an entry back. */
  undo: staffProcedure('check_in')
    .meta({
      ...route(
        'POST /check-ins/{checkInId}/undo',
        'Take an entry back',
        'Its ticket is admitted again. The door may do so for 15 minutes, managers at any time.',
      ),
      message: 'Taken back.',
      refusals: ['NOT_FOUND', 'ALREADY_CANCELLED'],
    })
    .input(UndoCheckIn)
    .output(CheckIn)
    .mutation(
      atItsSite(
        ({ checkInId }) => [{ kind: 'entry', id: checkInId }],
        audited(CheckIn, ({ ctx, input }) => undoCheckIn(ctx, input), { subject: 'checkInId' }),
      ),
    ),

  /** What a door needs to go on without a network. */
  manifest: staffProcedure('check_in')
    .meta({
      ...route(
        'GET /showtimes/{showtimeId}/manifest',
        'Load what a door needs offline',
        'The keys that verify codes, and every ticket that is valid. At most 60 kB for 500 seats; send the ' +
          '`ETag` back as `If-None-Match` to look for changes.',
      ),
      shared: true,
    })
    .input(ManifestOf)
    .output(Manifest)
    .query(
      atItsSite(
        ({ showtimeId }) => [{ kind: 'showtime', id: showtimeId }],
        ({ ctx, input }) => readManifest(ctx, input),
      ),
    ),

  /** Notes the scans of a door that had no network. */
  upload: staffProcedure('check_in')
    .meta({
      ...route(
        'POST /check-ins/upload',
        'Upload scans made offline',
        'At most 500. Names the tickets with which more than one person went in, and which was first by ' +
          'corrected clocks. One scan never refuses the others, and an upload may be repeated.',
      ),
      message: 'Noted.',
    })
    .input(UploadScans)
    .output(UploadedScans)
    .mutation(idempotent(UploadedScans, ({ ctx, input }) => uploadScans(ctx, input))),

  /** The scans of a show, newest first, and how many have come. */
  list: staffProcedure('check_in')
    .meta(
      route(
        'GET /showtimes/{showtimeId}/check-ins',
        'List the scans of a show',
        'Newest first, refused ones too, with how many are expected and how many have come.',
      ),
    )
    .input(ListCheckIns)
    .output(CheckInPage)
    .query(
      atItsSite(
        ({ showtimeId }) => [{ kind: 'showtime', id: showtimeId }],
        ({ ctx, input }) => listCheckIns(ctx, input),
      ),
    ),

  /** Tickets of a show by name, seat or reference. */
  find: staffProcedure('check_in')
    .meta(
      route(
        'GET /showtimes/{showtimeId}/tickets',
        'Find tickets of a show',
        'By reference, seat, both, or a part of the customer’s name: for customers who have nothing to scan. Send ' +
          '`reference` and `seat`, with a space between, as the `code` of a check-in.',
      ),
    )
    .input(FindTickets)
    .output(FoundTickets)
    .query(
      atItsSite(
        ({ showtimeId }) => [{ kind: 'showtime', id: showtimeId }],
        ({ ctx, input }) => findTickets(ctx, input),
      ),
    ),
};
