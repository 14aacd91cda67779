/** What the driver makes of each PostgreSQL type, by the short name that statements use. */
interface Scalars {
  uuid: string;
  text: string;
  int: number;
  float: number;
  bool: boolean;
  /** `timestamptz`. */
  instant: Date;
  /** A calendar date, `YYYY-MM-DD`. */
  date: string;
  /** A decimal string. */
  numeric: string;
  /** Parsed. */
  json: unknown;
}

type Scalar = keyof Scalars;

/** A `text` or `json` column whose values are known more exactly. Made by `textOf` and `jsonOf`. */
export interface Narrowed<Value> {
  readonly type: Scalar;
  readonly nullable: boolean;
  /** Carries the type of the values; never set. */
  readonly value?: Value;
}

/** The type of a column; `?` behind it when the value may be null. */
export type Column = Scalar | `${Scalar}?` | Narrowed<unknown>;

/** The columns of a statement, by name. */
export type Columns = Readonly<Record<string, Column>>;

type ValueOf<C extends Column> =
  C extends Narrowed<infer Value>
    ? Value
    : C extends `${infer Type extends Scalar}?`
      ? Scalars[Type] | null
      : C extends Scalar
        ? Scalars[C]
        : never;

/** A row with these columns. */
export type RowOf<C extends Columns> = { [Name in keyof C]: ValueOf<C[Name]> };

/** A text column with a closed set of values, or one whose null is part of `Value`. */
export function textOf<Value extends string | null>({ nullable = false } = {}): Narrowed<Value> {
  return { type: 'text', nullable };
}

/** A JSON column that a statement builds itself. */
export function jsonOf<Value>({ nullable = false } = {}): Narrowed<Value> {
  return { type: 'json', nullable };
}

/** PostgreSQL's types that each name stands for. */
export const typeNames: Readonly<Record<Scalar, readonly string[]>> = {
  uuid: ['uuid'],
  text: ['text', 'character varying', 'character'],
  int: ['integer'],
  float: ['double precision'],
  bool: ['boolean'],
  instant: ['timestamp with time zone'],
  date: ['date'],
  numeric: ['numeric'],
  json: ['json', 'jsonb'],
};

/** A column's type and whether it may be null, however it was written. */
export function columnOf(column: Column): { type: Scalar; nullable: boolean } {
  if (typeof column === 'object') {
    return column;
  }
  const nullable = column.endsWith('?');
  return { type: (nullable ? column.slice(0, -1) : column) as Scalar, nullable };
}
