import type { Matinee } from '@matinee/sdk';
import { CliError, exitCodes } from './failure.ts';

/** Finds the id of an account by its e-mail address; an id is returned as it is. */
export async function findUserId(matinee: Matinee, user: string): Promise<string> {
  if (!user.includes('@')) {
    return user;
  }
  const email = user.normalize('NFC').trim().toLowerCase();
  for await (const found of matinee.admin.users.list.all({ email })) {
    if (found.email.normalize('NFC').toLowerCase() === email) {
      return found.id;
    }
  }
  throw new CliError(
    exitCodes.notFound,
    `There is no account with the e-mail address ${email}.`,
    '`matinee users list` shows all accounts.',
  );
}
