import { z } from 'zod';
import { User } from '../auth/schema.ts';
import { roles } from '../db/entities/user.ts';
import { IdEnding, idOf, page, pageInput, searchText } from '../schema.ts';
import { typeNames } from '../type-names.ts';

export const ListUsers = z.strictObject({
  email: searchText(255).meta({ description: 'Contains, ignoring case.' }).optional(),
  role: z
    .enum(roles)
    .meta({ description: 'Accounts with this role. Guests are listed by their role alone.' })
    .optional(),
  idEndsWith: IdEnding.optional(),
  ...pageInput,
});
export type ListUsers = z.infer<typeof ListUsers>;

export const UserId = z.strictObject({ userId: idOf('user') });
export type UserId = z.infer<typeof UserId>;
export const ResetRequested = z
  .object({
    sent: z.boolean().meta({ description: 'Whether a mail goes to the user.' }),
    link: z.string().nullable().meta({
      description:
        'Where no mail is sent: the link, to be passed on to the user. `null` otherwise.',
    }),
  })
  .register(typeNames, { name: 'ResetRequested' });
export type ResetRequested = z.infer<typeof ResetRequested>;

/** What is kept for a repetition: never the link. */
export const ResetNoted = z.object({ sent: z.boolean() });

export const UserPage = page(User);
