import { Migration } from '@mikro-orm/migrations';

const change = /* sql */ `
alter table "users" add "second_factor_secret" varchar(255) null,
  add "second_factor_at" timestamptz(3) null, add "second_factor_step" int not null default 0,
  add "second_factor_used" int not null default 0;
`;

const undo = /* sql */ `
alter table "users" drop column "second_factor_secret", drop column "second_factor_at",
  drop column "second_factor_step", drop column "second_factor_used";
`;

/** Second factors of accounts: of no account yet. */
export class TwoFactor extends Migration {
  override up(): void {
    this.addSql(change);
  }

  override down(): void {
    this.addSql(undo);
  }
}
