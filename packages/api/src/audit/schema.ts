import { z } from 'zod';
import { CalendarDate, Id, Instant, InstantInput, outputIdOf, page, pageInput } from '../schema.ts';

const moment = z.union([CalendarDate, InstantInput]);

export const ListAudit = z.strictObject({
  actorId: Id.meta({ description: 'What this user, or this API key, did.' }).optional(),
  action: z
    .string()
    .min(1)
    .max(100)
    .meta({ description: 'The name of a procedure.', examples: ['admin.users.promote'] })
    .optional(),
  subject: z
    .string()
    .min(1)
    .max(100)
    .meta({ description: 'What was done to the thing with this id.' })
    .optional(),
  from: moment.meta({ description: 'The first instant, or a day in UTC.' }).optional(),
  to: moment
    .meta({ description: 'The instant before which it was, or the last day in UTC.' })
    .optional(),
  ...pageInput,
});
export type ListAudit = z.infer<typeof ListAudit>;

/** A user, or an API key. */
const AuditActor = z
  .union([
    z.object({
      id: outputIdOf('user'),
      email: z.string().nullable().meta({
        description:
          'The e-mail address of the account; `null` for guests, and when the account is gone.',
      }),
    }),
    z.object({ apiKeyId: outputIdOf('API key') }),
  ])
  .meta({ id: 'AuditActor' });

/** An entry of the audit log: what an administrator, staff or an API key did, a sign-in, or a refusal. */
export const AuditEvent = z
  .object({
    id: outputIdOf('entry'),
    at: Instant.meta({ description: 'When it happened.' }),
    actor: AuditActor.nullable().meta({
      description: 'Who did it: a user or an API key; `null`: a caller without a session.',
    }),
    action: z.string().meta({
      description: 'The name of the procedure.',
      examples: ['admin.users.promote'],
    }),
    subject: z.string().nullable().meta({ description: 'The id of what it was done to.' }),
    data: z.looseObject({}).meta({
      description:
        'The input, without what `subject` says. Of a refusal: `code`. Never a password.',
    }),
    remoteAddress: z.string().meta({ description: 'The address of the client.' }),
  })
  .meta({ id: 'AuditEvent' });
export type AuditEvent = z.infer<typeof AuditEvent>;

export const AuditPage = page(AuditEvent);
