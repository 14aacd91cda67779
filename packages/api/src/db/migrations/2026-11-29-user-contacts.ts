import { Migration } from '@mikro-orm/migrations';

/** Built while customers buy. A build that was cut off leaves an index that is not valid. */
const indexes = [
  'drop index if exists idx_reservations_contact',
  `create index concurrently idx_reservations_contact on reservations (lower(contact_email))
     where contact_email is not null`,
];

/** A proven address takes over what guests have booked with it, without a look at all reservations. */
export class UserContacts extends Migration {
  override isTransactional(): boolean {
    return false;
  }

  override up(): void {
    for (const statement of indexes) {
      this.addSql(statement);
    }
  }

  override down(): void {
    throw new Error('Not taken back: the release before works on this schema.');
  }
}
