import { Migration } from '@mikro-orm/migrations';

const change = /* sql */ `
alter table "users" add "email_verified_at" timestamptz(3) null, add "locale" varchar(35) null;
`;

const undo = /* sql */ `
alter table "users" drop column "email_verified_at", drop column "locale";
`;

/**
 * When owners of accounts have shown that mail to their address arrives, and the language of their mails:
 * of no account yet.
 */
export class UserColumns extends Migration {
  override up(): void {
    this.addSql(change);
  }

  override down(): void {
    this.addSql(undo);
  }
}
