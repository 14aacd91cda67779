import { createHash } from 'node:crypto';
import { query, statement } from '../db/query.ts';
import { noSuch } from '../errors.ts';
import type { ServiceContext } from '../service-context.ts';
import { drawSeats } from '../theaters/seat-picture.ts';
import type { DrawnSeats } from './schema.ts';
import type { SeatLayout } from './seat-layouts.ts';

const theaterById = statement(
  'select name, revision from theaters where id = $1 and archived_at is null',
  { name: 'text', revision: 'int' },
);

/**
 * The seats of a theater as SVG, without a show. The same object until an edit of the theater.
 *
 * @throws NotFoundError
 */
export async function drawTheaterSeats(
  ctx: ServiceContext,
  theaterId: string,
): Promise<DrawnSeats> {
  for (;;) {
    const [theater] = await query(ctx, theaterById, [theaterId]);
    if (!theater) {
      throw noSuch('theater');
    }
    const layout = await ctx.app.seatMaps.layoutOf(ctx, theaterId, theater.revision);
    // An edit between the two statements: the name may be that of before.
    if (layout.revision === theater.revision) {
      return drawnOnce(layout, () => drawLayout(theater.name, layout));
    }
  }
}

/**
 * The seats of a showtime as SVG, as anyone may see them; at most 250 ms old. The same object for as long as the seats
 * stay the same.
 *
 * @throws NotFoundError
 */
export async function drawShowtimeSeats(
  { app }: ServiceContext,
  showtimeId: string,
): Promise<DrawnSeats> {
  const { map } = await app.seatMaps.recent(showtimeId);
  const { version, counts } = map;
  // A reading in which nothing has changed has the seats of the one before.
  return drawnOnce(map.seats, () => {
    const seats = map.seats.map(({ status, ...seat }) => ({ ...seat, state: status }));
    const label = `Seats of the show: ${counts.available} of ${counts.total} free`;
    return { version, text: drawSeats({ label, seats }) };
  });
}

function drawLayout(name: string, { seats: all }: SeatLayout): DrawnSeats {
  const seats = all
    .filter(({ archived }) => !archived)
    .map(({ seat, outOfOrder }) => {
      return { ...seat, state: outOfOrder ? ('outOfOrder' as const) : ('place' as const) };
    });
  const text = drawSeats({ label: `Seats of ${name}`, seats });
  return { version: createHash('sha1').update(text).digest('base64url'), text };
}

const drawn = new WeakMap<object, DrawnSeats>();

/** What was drawn of seats the first time, for as long as they are kept. */
function drawnOnce(seats: object, draw: () => DrawnSeats): DrawnSeats {
  const known = drawn.get(seats) ?? draw();
  drawn.set(seats, known);
  return known;
}
