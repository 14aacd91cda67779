import { Migration } from '@mikro-orm/migrations';

const change = /* sql */ `
create table "refused_addresses" (
  "address" varchar(255) not null, "refused_at" timestamptz(3) not null,
  "refusal" varchar(500) not null, primary key ("address"));
`;

/** Addresses that have refused a mail for good: a new table. */
export class NotificationsRefusals extends Migration {
  override up(): void {
    this.addSql(change);
  }

  override down(): void {
    this.addSql('drop table "refused_addresses"');
  }
}
