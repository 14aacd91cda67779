import { Migration } from '@mikro-orm/migrations';

const change = /* sql */ `
create table "sign_in_attempts" ("id" uuid not null, "key" varchar(64) not null, "at" timestamptz(3) not null, primary key ("id", "key"));
create index "idx_sign_in_attempts_key" on "sign_in_attempts" ("key", "at");
`;

/** Frozen copies of `functions/*.sql` as they were then. */
const functions = [
  /* sql */ `
CREATE OR REPLACE FUNCTION public.sign_in_attempt(p_attempt uuid, p_keys text[], p_limits integer[], p_seconds double precision)
 RETURNS double precision
 LANGUAGE plpgsql
AS $function$
declare
  v_wait double precision;
begin
  -- In the order of the keys, so that two attempts never deadlock.
  perform pg_advisory_xact_lock(hashtextextended('sign-in:' || key, 0))
    from (select unnest(p_keys) as key order by 1) k;
  select max(extract(epoch from nth.at - clock_timestamp()) + p_seconds) into v_wait
    from unnest(p_keys, p_limits) as k (key, most)
    cross join lateral (
      select at from sign_in_attempts where key = k.key order by at desc offset k.most - 1 limit 1) nth;
  if v_wait > 0 then
    return v_wait;
  end if;
  insert into sign_in_attempts (id, key, at)
    select p_attempt, key, clock_timestamp() from unnest(p_keys) as key;
  return null;
end $function$
`,
];

/** Passwords that did not fit, counted in a window that slides. A new table: no row is written. */
export class SignInAttempts extends Migration {
  override up(): void {
    // A function may call one that is created after it.
    this.addSql('set local check_function_bodies = off');
    for (const statement of [change, ...functions]) {
      this.addSql(statement);
    }
  }

  override down(): void {
    throw new Error('Not taken back: the release before works on this schema.');
  }
}
