import type { App } from '../app.ts';
import { inTransaction, query, queryOne, statement } from '../db/query.ts';
import { databaseOf } from '../service-context.ts';

/**
 * Movies that the same customers saw. A visit is a confirmed reservation of an account for a show that
 * has ended; of one customer the last 200 count, of all those of two years. A pair that fewer than five
 * customers share says nothing, and could say who they are. The score divides by the popularity of both
 * movies, of the recommended one more than of the other: otherwise the house's greatest success would
 * be recommended to everybody. Each movie keeps its best fifty.
 */
const countPairs = statement(
  `insert into movie_pairs (movie_id, other_id, visitors, score)
   with visits as materialized (
     select user_id, movie_id from (
       select r.user_id, t.movie_id, row_number() over (
           partition by r.user_id order by max(t.start_time) desc) as place
       from reservations r
       join showtimes t on t.id = r.showtime_id and t.end_time < clock_timestamp()
         and t.start_time > clock_timestamp() - interval '2 years'
       join users u on u.id = r.user_id and u.role <> 'guest'
       left join notification_settings s on s.user_id = r.user_id
       where r.status = 'confirmed' and coalesce(s.recommendations, true)
       group by r.user_id, t.movie_id) x
     where place <= 200),
   seen as (select movie_id, count(*) as visitors from visits group by movie_id),
   pairs as (
     select a.movie_id, b.movie_id as other_id, count(*)::int as visitors
     from visits a join visits b on b.user_id = a.user_id and b.movie_id <> a.movie_id
     group by a.movie_id, b.movie_id having count(*) >= 5),
   scored as (
     select p.*, p.visitors / (power(a.visitors, 0.5) * power(b.visitors, 0.75)) as score
     from pairs p join seen a on a.movie_id = p.movie_id join seen b on b.movie_id = p.other_id)
   select movie_id, other_id, visitors, score from (
     select *, row_number() over (partition by movie_id order by score desc, other_id) as place
     from scored) x
   where place <= 50`,
);

const countPopularity = statement(
  `insert into movie_popularity (site_id, movie_id, seats)
   select h.site_id, t.movie_id, sum(r.seat_count)::int
   from reservations r join showtimes t on t.id = r.showtime_id
   join theaters h on h.id = t.theater_id
   where r.status = 'confirmed' and r.created_at > clock_timestamp() - interval '7 days'
   group by h.site_id, t.movie_id`,
);

/** Of a chain it takes longer than a statement may. A job is taken for lost after a minute. */
const takeTime = statement(`select set_config('statement_timeout', '50s', true) as set`, {
  set: 'text',
});
const forgetPairs = statement('delete from movie_pairs');
const forgetPopularity = statement('delete from movie_popularity');
const counted = statement(
  `select (select count(*) from movie_pairs)::int as pairs,
     (select count(*) from movie_popularity)::int as popular`,
  { pairs: 'int', popular: 'int' },
);

/**
 * Counts anew what recommendations are made from: what customers have erased, or no longer want to be
 * counted, is gone with it. Readers see what was counted before until it is done.
 *
 * @returns how many pairs of movies, and movies booked of late, are known
 */
export async function countRecommendations(app: App): Promise<{ pairs: number; popular: number }> {
  return inTransaction(databaseOf(app), async (tx) => {
    await query(tx, takeTime);
    await query(tx, forgetPairs);
    await query(tx, countPairs);
    await query(tx, forgetPopularity);
    await query(tx, countPopularity);
    return queryOne(tx, counted);
  });
}
