import { Migration } from '@mikro-orm/migrations';

/*
 * Every step is a statement of its own and does nothing when it is repeated. The new check is added
 * without looking at the rows that are there, and then validated while customers sign in.
 */
const steps = [
  'alter table users drop constraint if exists users_role_check',
  `alter table users add constraint users_role_check
     check (role in ('admin', 'user', 'guest', 'staff')) not valid`,
  'alter table users validate constraint users_role_check',
];

/** Accounts of staff, whose rights are in `site_roles`, and of guests. */
export class Staff extends Migration {
  override isTransactional(): boolean {
    return false;
  }

  override up(): void {
    for (const step of steps) {
      this.addSql(step);
    }
  }

  override down(): void {
    throw new Error('Not taken back: the release before works on this schema.');
  }
}
