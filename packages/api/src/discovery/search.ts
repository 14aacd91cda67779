import { assertDays } from '../days.ts';
import { dayStartOf } from '../db/business-day.ts';
import { given, selection } from '../db/conditions.ts';
import { statement } from '../db/query.ts';
import type { RowOf } from '../db/row.ts';
import { movieColumns, movieRow } from '../movies/columns.ts';
import { withPosterUrl } from '../movies/service.ts';
import type { ServiceContext } from '../service-context.ts';
import { getShowtimes } from '../showtimes/list.ts';
import { assertSite } from '../staff/site.ts';
import { scoreOf } from './rank.ts';
import type { FoundMovies, SearchMovies } from './schema.ts';

/** Titles that the database proposes, which are then ranked. */
const mostCandidates = 100;

/** Below this a title has nothing to do with the search. */
const leastScore = 0.3;

/** Of a movie whose description has the words, and not its title. */
const descriptionScore = 0.2;

/** Shows that have not started, within the filters of a search. */
const coming = {
  siteId: 't.site_id = $1',
  from: `s.local_start - ${dayStartOf('c')} >= $1::date`,
  to: `s.local_start - ${dayStartOf('c')} < $1::date + 1`,
};
const comingTables = `showtimes s join theaters t on t.id = s.theater_id
  join sites c on c.id = t.site_id`;
const isComing = `s.start_time > statement_timestamp() and s.cancelled_at is null
  and s.archived_at is null`;

const showing = selection({
  columns: { movieId: 'uuid' },
  fixed: 0,
  text: (conditions) => `select distinct s.movie_id as "movieId" from ${comingTables}
    where ${isComing} and ${conditions}`,
  conditions: coming,
});

const candidateRow = { id: 'uuid', folded: 'text', asked: 'text', inTitle: 'bool' } as const;

const candidates = statement(
  'select id, folded, asked, in_title as "inTitle" from search_movies($1, $2, $3)',
  candidateRow,
);

const found = selection({
  columns: { ...movieRow, showtimeId: 'uuid?', showStart: 'instant?' },
  fixed: 1,
  text: (conditions) => `
    select ${movieColumns}, n.id as "showtimeId", n.start_time as "showStart"
    from movies m left join lateral (
      select s.id, s.start_time from ${comingTables}
      where s.movie_id = m.id and ${isComing} and ${conditions}
      order by s.start_time, s.id limit 1) n on true
    where m.id = any($1)`,
  conditions: coming,
});

/**
 * Movies by what a person types. Titles with all words of it, give or take typing errors; without any,
 * those with some of them, and those whose description has them.
 *
 * @throws NotFoundError for a site that there is not
 */
export async function searchMovies(ctx: ServiceContext, input: SearchMovies): Promise<FoundMovies> {
  assertDays(input);
  await assertSite(ctx, input.siteId);
  const filters = { siteId: given(input.siteId), from: given(input.from), to: given(input.to) };
  const isFiltered = Object.values(filters).some((each) => each !== undefined);
  const among = isFiltered
    ? (await ctx.app.replicas.list(ctx, ...showing.where([], filters))).map((row) => row.movieId)
    : null;
  const proposed = await ctx.app.replicas.list(ctx, candidates, [input.q, among, mostCandidates]);
  const byId = new Map(proposed.map((each) => [each.id, each]));
  const bound = found.where([[...byId.keys()]], filters);
  const movies = (await ctx.app.replicas.list(ctx, ...bound))
    .map((row) => ({ ...row, score: scoreIn(byId.get(row.id), row.releaseDate) }))
    .filter(({ score }) => score > 0)
    .toSorted(byRank)
    .slice(0, input.limit);
  return withShowtimes(ctx, movies);
}

function scoreIn(
  proposed: RowOf<typeof candidateRow> | undefined,
  releaseDate: string | null,
): number {
  if (!proposed?.inTitle) {
    return descriptionScore;
  }
  const { asked, folded } = proposed;
  const score = scoreOf(asked, { folded, year: releaseDate?.slice(0, 4) });
  return score < leastScore ? 0 : score;
}

interface Ranked extends RowOf<typeof movieRow> {
  showtimeId: string | null;
  showStart: Date | null;
  score: number;
}

/** Equal ones by their next show, then the newest. */
function byRank(a: Ranked, b: Ranked): number {
  const start = ({ showStart }: Ranked) => showStart?.getTime() ?? Number.MAX_SAFE_INTEGER;
  return (
    b.score - a.score ||
    start(a) - start(b) ||
    (b.releaseDate ?? '').localeCompare(a.releaseDate ?? '') ||
    a.id.localeCompare(b.id)
  );
}

async function withShowtimes(ctx: ServiceContext, movies: readonly Ranked[]): Promise<FoundMovies> {
  const ids = movies.flatMap(({ showtimeId }) => showtimeId ?? []);
  const showtimes = new Map((await getShowtimes(ctx, ids)).map((show) => [show.id, show]));
  return movies.map(({ showtimeId, showStart: _start, score, ...movie }) => ({
    movie: withPosterUrl(ctx, movie),
    score,
    nextShowtime: showtimes.get(showtimeId ?? '') ?? null,
  }));
}
