import { Migration } from '@mikro-orm/migrations';

const change = /* sql */ `
create table "past_layouts" ("theater_id" uuid not null, "until" timestamptz(3) not null, "seats" jsonb not null, primary key ("theater_id", "until"));

alter table "past_layouts" add constraint "past_layouts_theater_fk" foreign key ("theater_id") references "theaters" ("id") on update no action on delete cascade;
`;

/** Layouts before an edit, for shows that had ended. A new table: no row is written. */
export class PastLayouts extends Migration {
  override up(): void {
    this.addSql(change);
  }

  override down(): void {
    throw new Error('Not taken back: the release before works on this schema.');
  }
}
