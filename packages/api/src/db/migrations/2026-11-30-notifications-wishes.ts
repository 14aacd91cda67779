import { Migration } from '@mikro-orm/migrations';

const change = /* sql */ `
create table "unsubscribed_addresses" (
  "address" varchar(255) not null, "unsubscribed_at" timestamptz(3) not null,
  primary key ("address"));

alter table "showtimes" add "reminded_for" timestamptz(3) null;
`;

const undo = /* sql */ `
drop table "unsubscribed_addresses";

alter table "showtimes" drop column "reminded_for";
`;

/** Addresses that have unsubscribed, and the starts that reminders were written for: of no show yet. */
export class NotificationsWishes extends Migration {
  override up(): void {
    this.addSql(change);
  }

  override down(): void {
    this.addSql(undo);
  }
}
