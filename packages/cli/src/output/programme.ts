import type { Outputs } from '@matinee/sdk';
import type { Layout } from './list.ts';
import { idColumn } from './short-id.ts';
import { hasSeveral, zoneName } from './time.ts';

type Programme = Outputs['showtimes']['programme'];
type ProgrammeItem = Programme[number];

/** A show with its movie. */
export type ProgrammeRow = ProgrammeItem['showtimes'][number] & Pick<ProgrammeItem, 'movie'>;

/** The shows of a programme in its order. */
export function rowsOf(programme: Programme): ProgrammeRow[] {
  return programme.flatMap(({ movie, showtimes }) =>
    showtimes.map((showtime) => ({ ...showtime, movie })),
  );
}

/**
 * The columns of a programme. At a terminal, the movies are groups. Times are local to the theater, and name
 * their zone if there are several.
 */
export function programmeLayout(
  rows: readonly ProgrammeRow[],
  { isAtTerminal }: { isAtTerminal: boolean },
): Layout<ProgrammeRow> {
  const withZone = hasSeveral(rows.map(({ theater }) => theater.timezone));
  return {
    noun: 'show',
    columns: [
      idColumn(),
      ...(isAtTerminal ? [] : [{ title: 'MOVIE', value: titleOf }]),
      {
        title: 'START',
        value: (row) => timeOf(row, withZone),
        piped: ({ startTime }) => startTime,
      },
      { title: 'THEATER', value: ({ theater }) => theater.name, shrinks: 'in the middle' },
      { title: 'FREE', value: freeOf, align: 'right' },
      {
        title: 'FROM',
        value: ({ priceFrom, currency }) => `${priceFrom} ${currency}`,
        align: 'right',
        drops: 1,
      },
    ],
    heading: ({ movie }) => headingOf(movie),
    csv: programmeCsv,
  };
}

const programmeCsv: Layout<ProgrammeRow>['csv'] = [
  { name: 'id', value: ({ id }) => id },
  { name: 'movieId', value: ({ movie }) => movie.id },
  { name: 'movieTitle', value: titleOf },
  { name: 'startTime', value: ({ startTime }) => startTime },
  { name: 'localTime', value: ({ localTime }) => localTime },
  { name: 'theaterId', value: ({ theater }) => theater.id },
  { name: 'theaterName', value: ({ theater }) => theater.name },
  { name: 'timezone', value: ({ theater }) => theater.timezone },
  { name: 'total', value: ({ availability }) => availability.total },
  { name: 'available', value: ({ availability }) => availability.available },
  { name: 'priceFrom', value: ({ priceFrom }) => priceFrom },
  { name: 'currency', value: ({ currency }) => currency },
];

/** `Heat (Crime, 170 min, R)`. */
function headingOf({
  title,
  genre,
  durationMinutes,
  contentRating,
}: ProgrammeRow['movie']): string {
  const about = [genre, `${durationMinutes} min`, ...(contentRating ? [contentRating] : [])];
  return `${title} (${about.join(', ')})`;
}

function titleOf({ movie }: ProgrammeRow): string {
  return movie.title;
}

function timeOf({ localTime, startTime, theater }: ProgrammeRow, withZone: boolean): string {
  return withZone ? `${localTime} ${zoneName(startTime, theater.timezone)}` : localTime;
}

function freeOf({ availability }: ProgrammeRow): string {
  return availability.available === 0
    ? 'sold out'
    : `${availability.available}/${availability.total}`;
}
