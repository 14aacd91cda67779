import { z } from 'zod';
import {
  Count,
  idOf,
  Instant,
  InstantInput,
  outputIdOf,
  outputText,
  page,
  pageInput,
  PositiveInteger,
  searchText,
  text,
} from '../schema.ts';
import { SeatType } from '../theaters/schema.ts';
import { TicketKeyList, TicketTypeName } from '../tickets/schema.ts';
import { typeNames } from '../type-names.ts';

/** Scans in one upload. */
const mostScans = 500;

/** Why a code lets nobody in. */
const Refusal = z
  .enum([
    'invalid_code',
    'unknown',
    'wrong_show',
    'wrong_site',
    'too_early',
    'too_late',
    'cancelled',
    'unpaid',
    'void',
    'not_inside',
  ])
  .meta({ id: 'CheckInRefusal' });

const scan = {
  // Whatever a scanner reads: it is compared, and not stored.
  code: z
    .string()
    .min(1)
    .max(300)
    .meta({
      description:
        'What the scanner read, or a typed reference and seat: `K7Q2M9XD A12`. The seat may be left ' +
        'out when the reservation has one seat.',
    }),
  showtimeId: idOf('showtime')
    .meta({ description: 'The show at this door. Left out: every show of your sites.' })
    .optional(),
  gate: text(100).meta({ description: 'The name of the door.' }).optional(),
  deviceId: text(100).meta({ description: 'The name of the scanner; of your choice.' }),
  nonce: text(200).meta({
    description: 'Made by the device for this scan. The same scan sent twice counts once.',
  }),
  type: z
    .enum(['entry', 'exit'])
    .default('entry')
    .meta({ description: 'An `exit` lets the ticket in again.' }),
};

export const Scan = z.strictObject({
  ...scan,
  at: InstantInput.meta({
    description: 'When it was scanned; left out or in the future: now.',
  }).optional(),
  force: z.boolean().default(false).meta({
    description:
      'Lets in too early, too late, or a second time; noted in the audit log. Nothing else is forced.',
  }),
});
export type Scan = z.infer<typeof Scan>;

const OfflineScan = z.strictObject({
  ...scan,
  at: InstantInput.meta({ description: 'When it was scanned, by the clock of the device.' }),
  refused: Refusal.meta({
    description: 'Why the device did not let them in. Left out: it did.',
  }).optional(),
});

export const UploadScans = z.strictObject({
  sentAt: InstantInput.meta({
    description: 'The clock of the device at this moment: corrects `at` by what it is wrong.',
  }).optional(),
  scans: z.array(OfflineScan).min(1).max(mostScans).meta({
    description: 'At most 500, in any order. Scans that were uploaded before are no harm.',
  }),
});
export type UploadScans = z.infer<typeof UploadScans>;

const First = z
  .object({
    at: Instant.meta({ description: 'When it was scanned.' }),
    gate: z.string().nullable().meta({ description: 'At which door.' }),
    deviceId: outputText('By which scanner.'),
  })
  .nullable()
  .meta({ description: 'The scan that let the ticket in; with `already_admitted`.' });

const seat = z
  .object({
    id: outputIdOf('seat'),
    rowLabel: outputText('The label of its row.'),
    seatNumber: PositiveInteger.meta({ description: 'From 1; gaps are not counted.' }),
    seatType: SeatType.meta({ description: 'The type of the seat.' }),
  })
  .nullable()
  .meta({ description: 'The seat; `null` when the ticket is none of this site’s.' });

const scanned = {
  id: outputIdOf('check-in'),
  result: z.enum(['admitted', 'already_admitted', 'refused']).meta({
    description: 'Whether the holder goes in, or, at an exit, out.',
  }),
  type: z.enum(['entry', 'exit']).meta({ description: 'In or out.' }),
  at: Instant.meta({ description: 'When it was scanned.' }),
  reason: Refusal.nullable().meta({
    description:
      'Why not: `invalid_code`, `unknown`, `wrong_show`, `wrong_site`, `too_early`, `too_late`, ' +
      '`cancelled`, `unpaid`, `void`; at an exit `not_inside`.',
  }),
  first: First,
  reference: z.string().nullable().meta({ description: 'Of the reservation.' }),
  seat,
  ticketType: TicketTypeName.nullable().meta({ description: 'Who the ticket is for.' }),
  showtime: z
    .object({
      id: outputIdOf('showtime'),
      movie: outputText('The title of the movie.'),
      theater: outputText('The name of the theater.'),
      startTime: Instant.meta({ description: 'When the show begins.' }),
    })
    .nullable()
    .meta({ description: 'The show of the ticket.' }),
  attention: z
    .array(z.enum(['check_age', 'proof', 'dispute', 'wheelchair']))
    .meta({ description: 'What to look at before the holder goes in.' }),
};

export const ScanResult = z.object(scanned).register(typeNames, { name: 'ScanResult' });
export type ScanResult = z.infer<typeof ScanResult>;

const ConflictScan = z.object({
  deviceId: outputText('The scanner.'),
  at: Instant.meta({ description: 'When, by its corrected clock.' }),
});

export const UploadedScans = z
  .object({
    results: z.array(ScanResult).meta({ description: 'One for each scan, in their order.' }),
    conflicts: z
      .array(
        z.object({
          seatId: outputIdOf('seat'),
          rowLabel: outputText('The label of its row.'),
          seatNumber: PositiveInteger.meta({ description: 'From 1; gaps are not counted.' }),
          reference: outputText('Of the reservation.'),
          scans: z
            .array(ConflictScan)
            .meta({ description: 'Every scan with which a person went in, by time.' }),
          first: ConflictScan.meta({ description: 'The one that counts.' }),
        }),
      )
      .meta({ description: 'Tickets with which more than one person went in.' }),
  })
  .register(typeNames, { name: 'UploadedScans' });
export type UploadedScans = z.infer<typeof UploadedScans>;

export const UndoCheckIn = z.strictObject({
  checkInId: idOf('check-in'),
  reason: text(500).meta({ description: 'Why, for the log.' }),
});
export type UndoCheckIn = z.infer<typeof UndoCheckIn>;

export const CheckIn = z
  .object({
    ...scanned,
    gate: z.string().nullable().meta({ description: 'The door.' }),
    deviceId: outputText('The scanner.'),
    endedAt: Instant.nullable().meta({ description: 'When the holder left.' }),
    undoneAt: Instant.nullable().meta({ description: 'When it was taken back.' }),
    undoReason: z.string().nullable().meta({ description: 'Why it was taken back.' }),
    isForced: z.boolean().meta({ description: 'Let in against the clock, or a second time.' }),
    isLetIn: z.boolean().meta({ description: 'Whether a person went in, rightly or not.' }),
  })
  .register(typeNames, { name: 'CheckIn' });
export type CheckIn = z.infer<typeof CheckIn>;

export const ListCheckIns = z.strictObject({ showtimeId: idOf('showtime'), ...pageInput });
export type ListCheckIns = z.infer<typeof ListCheckIns>;

export const CheckInPage = page(CheckIn)
  .extend({
    expected: Count.meta({ description: 'Tickets of the show.' }),
    admitted: Count.meta({ description: 'Tickets whose holders have come.' }),
    inside: Count.meta({ description: 'Those who have come and not left.' }),
  })
  .register(typeNames, { name: 'CheckInPage' });
export type CheckInPage = z.infer<typeof CheckInPage>;

export const ManifestOf = z.strictObject({ showtimeId: idOf('showtime') });
export type ManifestOf = z.infer<typeof ManifestOf>;

export const Manifest = z
  .object({
    showtimeId: outputIdOf('showtime'),
    movie: outputText('The title of the movie.'),
    theater: outputText('The name of the theater.'),
    startTime: Instant.meta({ description: 'When the show begins.' }),
    opensAt: Instant.meta({ description: 'From when on people are let in.' }),
    endTime: Instant.meta({
      description: 'When the movie is over; no ticket is admitted afterwards.',
    }),
    now: Instant.meta({ description: 'When it was made.' }),
    keys: TicketKeyList.meta({ description: 'The keys that verify codes.' }),
    ticketTypes: z
      .array(
        z.object({
          code: outputText('A short name that does not change.'),
          name: outputText('The name for customers.'),
        }),
      )
      .meta({ description: 'The types of its tickets.' }),
    tickets: z
      .array(
        z.object({
          id: outputText(
            'First 12 bytes of SHA-256 over reservation, seat and version as they are in the code (33 ' +
              'bytes), in base64url.',
          ),
          row: outputText('The label of its row.'),
          seat: PositiveInteger.meta({ description: 'Its number.' }),
          type: outputText('The code of the ticket type.'),
          reference: outputText('Of the reservation.'),
          usedAt: Instant.optional().meta({ description: 'When its holder went in.' }),
          attention: z
            .array(z.string())
            .optional()
            .meta({ description: 'What to look at before the holder goes in.' }),
        }),
      )
      .meta({ description: 'Every ticket that is valid now; no other lets anybody in.' }),
  })
  .register(typeNames, { name: 'Manifest' });
export type Manifest = z.infer<typeof Manifest>;

export const FindTickets = z.strictObject({
  showtimeId: idOf('showtime'),
  q: searchText(100).min(2).meta({
    description:
      'A seat such as `A12`, four characters of a reference, a reference and a seat, or a part of the customer’s name.',
  }),
});
export type FindTickets = z.infer<typeof FindTickets>;

export const FoundTickets = z.array(
  z
    .object({
      reference: outputText('Of the reservation.'),
      customerName: z.string().nullable().meta({ description: 'As far as it is known.' }),
      seat: outputText('Its row and number: with the reference, a code to check in.'),
      ticketType: TicketTypeName.meta({ description: 'Who the ticket is for.' }),
      usedAt: Instant.nullable().meta({ description: 'When its holder went in.' }),
    })
    .register(typeNames, { name: 'FoundTicket' }),
);
export type FoundTickets = z.infer<typeof FoundTickets>;
