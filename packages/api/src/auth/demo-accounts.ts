import type { App } from '../app.ts';
import { query, statement } from '../db/query.ts';

/** The accounts of the demo data. Their password is public. */
export const demoAdmin = 'admin@example.com';
export const demoUser = 'user@example.com';
/** Staff of the default site: the box office and the gate. */
export const demoDesk = 'desk@example.com';
export const demoGate = 'gate@example.com';
export const demoPassword = 'matinee-demo-1';

export const demoEmails: readonly string[] = [demoAdmin, demoUser, demoDesk, demoGate];

const activeAccounts = statement(
  'select email from users where lower(email) = any($1) and disabled_at is null order by email',
  { email: 'text' },
);

/** E-mail addresses of the demo accounts that can sign in; production allows none. */
export async function demoAccountsActive(app: App): Promise<string[]> {
  const db = { em: app.orm.em.fork(), pool: app.pool };
  return (await query(db, activeAccounts, [demoEmails])).map(({ email }) => email);
}
