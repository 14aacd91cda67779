import { Migration } from '@mikro-orm/migrations';

/** Frozen copies of `functions/*.sql` as they were then. */
const functions = [
  /* sql */ `
CREATE OR REPLACE FUNCTION public.confirm_seats_together(p_users uuid[], p_showtimes uuid[], p_seats text[], p_reservations uuid[], p_references text[], p_keys text[], p_fingerprints text[])
 RETURNS TABLE(place integer, result json)
 LANGUAGE plpgsql
 SET lock_timeout TO '20ms'
AS $function$
begin
  return query select c.place::integer, confirm_seats(c.user_id, c.showtime_id, c.seats::uuid[],
      c.reservation_id, c.reference, c.key, c.fingerprint)
    from unnest(p_users, p_showtimes, p_seats, p_reservations, p_references, p_keys, p_fingerprints)
      with ordinality as c
        (user_id, showtime_id, seats, reservation_id, reference, key, fingerprint, place);
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.lock_seats_together(p_users uuid[], p_showtimes uuid[], p_seats text[], p_keys text[], p_fingerprints text[], p_ttl_seconds double precision, p_max_seconds double precision, p_max_seats integer)
 RETURNS TABLE(place integer, result json)
 LANGUAGE plpgsql
 SET lock_timeout TO '20ms'
AS $function$
begin
  return query select c.place::integer, lock_seats(c.user_id, c.showtime_id, c.seats::uuid[],
      p_ttl_seconds, p_max_seconds, p_max_seats, c.key, c.fingerprint)
    from unnest(p_users, p_showtimes, p_seats, p_keys, p_fingerprints)
      with ordinality as c (user_id, showtime_id, seats, key, fingerprint, place);
end $function$
`,
];

/** Functions that lock and confirm for several requests in one round trip. Touches no rows. */
export class Batches extends Migration {
  override up(): void {
    // A function may call one that is created after it.
    this.addSql('set local check_function_bodies = off');
    for (const statement of functions) {
      this.addSql(statement);
    }
  }

  override down(): void {
    throw new Error('Not taken back: the release before works on this schema.');
  }
}
