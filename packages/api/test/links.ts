import type { App } from '../src/app.ts';
import { User } from '../src/db/entities/index.ts';
import { hours, minutes } from './builders.ts';

/** The token of the link that is mailed to an account which has forgotten its password. */
export async function resetTokenOf(app: App, id: string, life = minutes(30)): Promise<string> {
  const { passwordHash: about } = await app.orm.em.fork().findOneOrFail(User, { id });
  return app.passwordResets.sign({ id, expiresAt: endOf(app, life), about });
}

/** The token of the link that is mailed to an account to prove its address. */
export async function proofTokenOf(app: App, id: string, life = hours(24)): Promise<string> {
  const { email: about } = await app.orm.em.fork().findOneOrFail(User, { id });
  return app.emailProofs.sign({ id, expiresAt: endOf(app, life), about });
}

/** The token of the links in a reminder of a reservation. */
export function unsubscribeTokenOf(app: App, id: string): string {
  return app.unsubscriptions.sign({ id, expiresAt: endOf(app, hours(24)) });
}

function endOf(app: App, life: number): Date {
  return new Date(app.clock().getTime() + life);
}
