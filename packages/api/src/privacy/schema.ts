import { z } from 'zod';
import { AuditEvent } from '../audit/schema.ts';
import { siteRoles } from '../auth/rights.ts';
import { NotificationSettings, Session, User } from '../auth/schema.ts';
import { HeldLocks, Reservation } from '../reservations/schema.ts';
import { Instant, outputIdOf } from '../schema.ts';
import { typeNames } from '../type-names.ts';

export const DeleteAccount = z.strictObject({
  password: z.string().min(1).max(1_000).meta({ description: 'The present password.' }),
  forfeit: z
    .boolean()
    .meta({ description: 'Give up what has been paid for shows ahead: it is not returned.' })
    .optional(),
});
export type DeleteAccount = z.infer<typeof DeleteAccount>;

export const AccountDeleted = z
  .object({ deleted: z.literal(true).meta({ description: 'The account is gone.' }) })
  .register(typeNames, { name: 'AccountDeleted' });

export const AccountExport = z
  .object({
    exportedAt: Instant.meta({ description: 'The database’s clock.' }),
    user: User.meta({ description: 'The account.' }),
    sessions: z.array(Session).meta({ description: 'Where it is signed in.' }),
    staffRoles: z
      .array(
        z.object({
          siteId: z.guid().nullable().meta({ description: 'The site; `null`: all sites.' }),
          role: z.enum(siteRoles).meta({ description: 'The role there.' }),
        }),
      )
      .meta({ description: 'What it may do as a member of staff.' }),
    reservations: z
      .array(Reservation)
      .meta({ description: 'All of them, newest first, with payments and refunds.' }),
    contacts: z
      .array(
        z.object({
          reservationId: outputIdOf('reservation'),
          contactPhone: z.string().nullable().meta({ description: 'The telephone number given.' }),
          locale: z.string().nullable().meta({ description: 'The language asked for.' }),
        }),
      )
      .meta({ description: 'What was given with reservations beside the address.' }),
    notifications: NotificationSettings.meta({ description: 'What it wants to be sent.' }),
    locks: HeldLocks.meta({ description: 'Seats that are locked now.' }),
    checkIns: z
      .array(
        z.object({
          id: outputIdOf('check-in'),
          reservationId: outputIdOf('reservation'),
          seatId: z.guid().nullable().meta({ description: 'The seat.' }),
          type: z.string().meta({ description: '`entry` or `exit`.' }),
          result: z.string().meta({ description: 'What the door decided.' }),
          at: Instant.meta({ description: 'When the ticket was scanned.' }),
        }),
      )
      .meta({ description: 'Scans of its tickets, newest first.' }),
    auditEvents: z.array(AuditEvent).meta({
      description: 'What the account has done by the audit log, newest first, with addresses.',
    }),
  })
  .meta({ id: 'AccountExport' });
export type AccountExport = z.infer<typeof AccountExport>;
