import { z } from 'zod';
import { User } from '../auth/schema.ts';
import { roles } from '../db/entities/user.ts';
import { IdEnding, idOf, page, pageInput, searchText } from '../schema.ts';

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
export const UserPage = page(User);
