import { BoundedMap } from '../bounded-map.ts';
import { query, statement } from '../db/query.ts';
import type { Database } from '../db/query.ts';
import { jsonOf, textOf } from '../db/row.ts';
import type { RowOf } from '../db/row.ts';
import type { SeatMap } from './schema.ts';

type SeatOfMap = SeatMap['seats'][number];

/** A seat of a theater: what no sale changes. */
export interface LayoutSeat {
  readonly seat: Omit<SeatOfMap, 'price' | 'status'>;
  /** Begins the seat's part of a map's version. */
  readonly identity: string;
  /** The layout has dropped it since; it is shown where it was sold. */
  readonly archived: boolean;
  readonly outOfOrder: boolean;
}

/** All seats that a theater ever had, in the order of the hall. */
export interface SeatLayout {
  /** The theater's; every edit of its seats raises it. */
  readonly revision: number;
  readonly seats: readonly LayoutSeat[];
}

/** Layouts kept: of as many theaters as a large chain has. */
const mostKept = 500;

const seatColumns = {
  id: 'uuid',
  rowLabel: 'text',
  seatNumber: 'int',
  rowIndex: 'int',
  position: 'int',
  seatType: textOf<SeatOfMap['seatType']>(),
  archived: 'bool',
  outOfOrder: 'bool',
  features: jsonOf<SeatOfMap['features']>(),
} as const;

const layoutRows = statement(
  `select t.revision, seat.id, seat.row_label as "rowLabel", seat.seat_number as "seatNumber",
     seat.row_index as "rowIndex", seat.position, seat.seat_type as "seatType",
     seat.archived_at is not null as archived, seat.out_of_order as "outOfOrder",
     to_json(seat.features) as features
   from theaters t join seats seat on seat.theater_id = t.id
   where t.id = $1
   order by seat.row_index, seat.position, seat.id`,
  { revision: 'int', ...seatColumns },
);

const pastSeats = statement(
  `select x.id, x."rowLabel", x."seatNumber", x."rowIndex", x.position, x."seatType",
     false as archived, x."outOfOrder", coalesce(x.features, '[]') as features
   from past_layouts l, jsonb_to_recordset(l.seats) as x (
     id uuid, "rowLabel" text, "seatNumber" int, "rowIndex" int, position int, "seatType" text,
     "outOfOrder" boolean, features jsonb)
   where l.theater_id = $1 and l.until = $2
   order by x."rowIndex", x.position, x.id`,
  seatColumns,
);

/** The layouts of this server's theaters, read again when an edit has raised a revision. */
export class SeatLayouts {
  readonly #known = new BoundedMap<string, SeatLayout>(mostKept);
  readonly #past = new BoundedMap<string, SeatLayout>(mostKept);

  /** The layout as it was at this revision, or a later one if it has been edited meanwhile. */
  async get(db: Database, theaterId: string, revision: number): Promise<SeatLayout> {
    const known = this.#known.get(theaterId);
    if (known?.revision === revision) {
      return known;
    }
    const layout = await readLayout(db, theaterId, revision);
    this.#known.set(theaterId, layout);
    return layout;
  }

  /** The layout that an edit at this instant has replaced. It never changes. */
  async getPast(db: Database, theaterId: string, until: Date): Promise<SeatLayout> {
    const key = `${theaterId} ${until.getTime()}`;
    const known = this.#past.get(key);
    if (known) {
      return known;
    }
    const rows = await query(db, pastSeats, [theaterId, until]);
    const layout = { revision: 0, seats: rows.map(toLayoutSeat) };
    this.#past.set(key, layout);
    return layout;
  }
}

async function readLayout(db: Database, theaterId: string, expected: number): Promise<SeatLayout> {
  const rows = await query(db, layoutRows, [theaterId]);
  const seats = rows.map(({ revision: _same, ...row }) => toLayoutSeat(row));
  return { revision: rows[0]?.revision ?? expected, seats };
}

function toLayoutSeat({ archived, outOfOrder, ...seat }: RowOf<typeof seatColumns>): LayoutSeat {
  const { id, rowLabel, seatNumber, rowIndex, position, seatType, features } = seat;
  const identity = `${id}${rowLabel}.${seatNumber}.${rowIndex}.${position}${seatType}${features.join()}`;
  return { seat, identity, archived, outOfOrder };
}
