import { query, statement } from '../db/query.ts';
import { textOf } from '../db/row.ts';
import { movieColumns, movieRow } from '../movies/columns.ts';
import { withPosterUrl } from '../movies/service.ts';
import type { UserContext } from '../service-context.ts';
import { assertSite } from '../staff/site.ts';
import type { RecommendedMovies, RecommendMovies } from './schema.ts';

type Kind = RecommendedMovies[number]['because']['type'];

/**
 * `$1` the user, `$2` the site or null, `$3` how many. What the user has booked is never recommended;
 * what was seen counts unless the user does not want it. A movie is named once, for its best reason.
 */
const recommended = statement(
  `with showing as materialized (
     select distinct s.movie_id from showtimes s join theaters t on t.id = s.theater_id
     where s.start_time > statement_timestamp() and s.cancelled_at is null and s.archived_at is null
       and ($2::uuid is null or t.site_id = $2)),
   booked as materialized (
     select s.movie_id, m.genre, m.title, bool_or(r.status = 'confirmed'
         and s.end_time < statement_timestamp() and coalesce(n.recommendations, true)) as is_seen
     from reservations r join showtimes s on s.id = r.showtime_id join movies m on m.id = s.movie_id
     left join notification_settings n on n.user_id = r.user_id
     where r.user_id = $1 and r.status <> 'cancelled'
     group by s.movie_id, m.genre, m.title),
   ahead as materialized (
     select movie_id from showing where movie_id not in (select movie_id from booked)),
   reasons as (
     select a.movie_id, 1 as place, 'seen' as kind, sum(p.score) over (partition by a.movie_id) as score,
       row_number() over (partition by a.movie_id order by p.score desc, p.movie_id) as rank,
       b.movie_id as seen_id, b.title as seen_title
     from ahead a join movie_pairs p on p.other_id = a.movie_id
     join booked b on b.movie_id = p.movie_id and b.is_seen
     union all
     select a.movie_id, 2, 'popular', sum(p.seats), 1, null, null
     from ahead a join movie_popularity p on p.movie_id = a.movie_id
       and ($2::uuid is null or p.site_id = $2)
     group by a.movie_id
     union all
     select a.movie_id, 3, 'genre', extract(epoch from m.created_at), 1, null, null
     from ahead a join movies m on m.id = a.movie_id
     where lower(m.genre) = (
       select lower(genre) from booked where is_seen
       group by lower(genre) order by count(*) desc, lower(genre) limit 1)
     union all
     select a.movie_id, 4, 'new', extract(epoch from m.created_at), 1, null, null
     from ahead a join movies m on m.id = a.movie_id
     where m.created_at > statement_timestamp() - interval '30 days'),
   best as (
     select distinct on (movie_id) * from reasons where rank = 1 order by movie_id, place)
   select ${movieColumns}, b.kind, b.seen_id as "seenId", b.seen_title as "seenTitle"
   from best b join movies m on m.id = b.movie_id and m.archived_at is null
   order by b.place, b.score desc, m.id limit $3`,
  { ...movieRow, kind: textOf<Kind>(), seenId: 'uuid?', seenTitle: 'text?' },
);

/**
 * Movies with a show ahead that the caller may like, each with a reason that is true. From what was
 * counted last night; only the caller's own history is read now.
 *
 * @throws NotFoundError for a site that there is not
 */
export async function recommendMovies(
  ctx: UserContext,
  { siteId, limit }: RecommendMovies,
): Promise<RecommendedMovies> {
  await assertSite(ctx, siteId);
  const rows = await query(ctx, recommended, [ctx.caller.id, siteId ?? null, limit]);
  return rows.map(({ kind, seenId, seenTitle, ...movie }) => ({
    movie: withPosterUrl(ctx, movie),
    because:
      kind === 'seen'
        ? { type: kind, movieId: seenId ?? '', title: seenTitle ?? '' }
        : { type: kind },
  }));
}
