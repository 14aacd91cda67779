import { Migration } from '@mikro-orm/migrations';

const trigger = /* sql */ `
create or replace trigger showtime_fixed before update of start_time, end_time, theater_id on showtimes
  for each row execute function showtime_fixed()
`;

/** Frozen copies of `functions/*.sql` as they were then. */
const functions = [
  /* sql */ `
CREATE OR REPLACE FUNCTION public.showtime_fixed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if old.end_time <= clock_timestamp() - interval '2 days' and exists (
    select from reservations where showtime_id = old.id and status <> 'cancelled'
  ) then
    raise exception 'The show is over and has reservations.'
      using errcode = 'restrict_violation', constraint = 'showtimes_fixed', table = 'showtimes';
  end if;
  return new;
end $function$
`,
];

/**
 * Claims of past shows are removed from now on, which servers of the release before do not know: a
 * trigger keeps a show that is over and was sold where it is. Touches no row.
 */
export class PastClaims extends Migration {
  override up(): void {
    for (const statement of [...functions, trigger]) {
      this.addSql(statement);
    }
  }

  override down(): void {
    throw new Error('Not taken back: the release before works on this schema.');
  }
}
