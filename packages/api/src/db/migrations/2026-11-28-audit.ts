import { Migration } from '@mikro-orm/migrations';

const change = /* sql */ `
create table "audit_events" ("id" uuid not null, "at" timestamptz(3) not null, "action" varchar(100) not null, "actor_id" uuid null, "subject" varchar(100) null, "data" jsonb not null, "remote_address" varchar(45) not null, "once_key" varchar(64) null, primary key ("id"));
create index "idx_audit_events_at" on "audit_events" ("at", "id");
create index "idx_audit_events_actor" on "audit_events" ("actor_id", "at");
create index "idx_audit_events_subject" on "audit_events" ("subject", "at");
create index "idx_audit_events_action" on "audit_events" ("action", "at");
alter table "audit_events" add constraint "audit_events_once_unique" unique ("once_key");
`;

/** Frozen copies of `functions/*.sql` as they were then. */
const functions = [
  /* sql */ `
CREATE OR REPLACE FUNCTION public.audit_forget()
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_removed integer;
begin
  with old as (
    select id from audit_events where at < clock_timestamp() - interval '400 days'
      order by at limit 1000 for update skip locked)
  delete from audit_events where id in (select id from old);
  get diagnostics v_removed = row_count;
  return v_removed;
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.audit_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'DELETE' and old.at < clock_timestamp() - interval '400 days' then
    return old;
  end if;
  raise exception 'The audit log cannot be changed.' using errcode = 'insufficient_privilege';
end $function$
`,
];

/** After the functions that they call. */
const guards = /* sql */ `
create trigger audit_guard before update or delete on audit_events
  for each row execute function audit_guard();
create trigger audit_guard_truncate before truncate on audit_events
  for each statement execute function audit_guard();
`;

/** The audit log. A new table: no row is written. Its guard refuses changes, even to the owner. */
export class Audit extends Migration {
  override up(): void {
    // A function may call one that is created after it.
    this.addSql('set local check_function_bodies = off');
    for (const statement of [change, ...functions, guards]) {
      this.addSql(statement);
    }
  }

  override down(): void {
    throw new Error('Not taken back: the release before works on this schema.');
  }
}
