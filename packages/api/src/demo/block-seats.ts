import { demoAdmin } from '../auth/demo-accounts.ts';
import { query, statement } from '../db/query.ts';
import type { Database } from '../db/query.ts';

/** In the first show that is a day away: two seats in the last row for the house, and a broken one. */
const block = statement(
  `with show as (
     select id, theater_id, start_time from showtimes
     where start_time > clock_timestamp() + interval '1 day' and cancelled_at is null
     order by start_time, theater_id limit 1
   ), free as (
     select array_agg(s.id order by s.row_index desc, s.position) as seats
     from seats s join show on show.theater_id = s.theater_id
     where not s.out_of_order and not exists (
       select from seat_claims c where c.showtime_id = show.id and c.seat_id = s.id)
   )
   select block_seats(u.id, show.id, free.seats[1:2], gen_random_uuid(), 'house',
       'Guests of the house', show.start_time - interval '2 hours')::text as house,
     block_seats(u.id, show.id, free.seats[3:3], gen_random_uuid(), 'broken',
       'The seat does not fold', null)::text as broken
   from show cross join free join users u on u.email = $1`,
  { house: 'text?', broken: 'text?' },
);

/** Blocks three seats of a show to come. */
export async function blockSomeSeats(tx: Database): Promise<void> {
  await query(tx, block, [demoAdmin]);
}
