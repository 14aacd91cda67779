import { Migration } from '@mikro-orm/migrations';

const change = /* sql */ `
alter table "users" add "email_verified_at" timestamptz(3) null;
`;

const undo = /* sql */ `
alter table "users" drop column "email_verified_at";
`;

/** When owners of accounts have shown that mail to their address arrives: nobody has, so far. */
export class VerifiedAddresses extends Migration {
  override up(): void {
    this.addSql(change);
  }

  override down(): void {
    this.addSql(undo);
  }
}
