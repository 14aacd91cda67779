import { Migration } from '@mikro-orm/migrations';

const change = /* sql */ `
alter table "sessions" add "user_agent" varchar(255) null, add "last_used_at" timestamptz(3) null,
  add "generation" int not null default 0, add "renewals" jsonb not null default '[]';
`;

const undo = /* sql */ `
alter table "sessions" drop column "user_agent", drop column "last_used_at", drop column "generation",
  drop column "renewals";
`;

/** Renewal of sessions, and what their owners see of them. Sessions that are open are never renewed. */
export class SessionRenewal extends Migration {
  override up(): void {
    this.addSql(change);
  }

  override down(): void {
    this.addSql(undo);
  }
}
