import { randomUUID } from 'node:crypto';
import type { Client, Connection, Submittable } from 'pg';

/** A column that a statement would return. */
export interface DescribedColumn {
  name: string;
  /** PostgreSQL's name of its type. */
  type: string;
  /** A column of a table that allows null or not, or an expression. */
  source: 'nullable column' | 'column' | 'expression';
}

interface Field {
  name: string;
  dataTypeID: number;
  tableID: number;
  columnID: number;
}

/** The part of the driver's connection that speaks PostgreSQL's extended protocol. */
interface Protocol {
  parse(query: { name: string; text: string; types: number[] }): void;
  describe(statement: { type: 'S'; name: string }): void;
  sync(): void;
}

/** Asks what a statement would return. The driver runs it like a query, without executing it. */
class Describe implements Submittable {
  readonly #text: string;
  readonly #fields = Promise.withResolvers<Field[]>();
  #found: Field[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  get fields(): Promise<Field[]> {
    return this.#fields.promise;
  }

  submit(driver: Connection): void {
    const connection = driver as unknown as Protocol;
    const name = `d_${randomUUID()}`;
    connection.parse({ name, text: this.#text, types: [] });
    connection.describe({ type: 'S', name });
    connection.sync();
  }

  handleRowDescription({ fields }: { fields: Field[] }): void {
    this.#found = fields;
  }

  handleError(error: Error): void {
    this.#fields.reject(error);
  }

  handleReadyForQuery(): void {
    this.#fields.resolve(this.#found);
  }
}

/** Prepares a statement without running it, and reads what it would return. */
export async function describeStatement(client: Client, text: string): Promise<DescribedColumn[]> {
  const fields = await client.query(new Describe(text)).fields;
  const { rows } = await client.query<DescribedColumn>(
    `select f.name, format_type(f.type, null) as type,
       case when a.attname is null then 'expression'
         when a.attnotnull then 'column' else 'nullable column' end as source
     from unnest($1::text[], $2::oid[], $3::oid[], $4::int[])
       with ordinality as f (name, type, relation, number, place)
     left join pg_attribute a on a.attrelid = f.relation and a.attnum = f.number and f.number > 0
     order by f.place`,
    [
      fields.map(({ name }) => name),
      fields.map(({ dataTypeID }) => dataTypeID),
      fields.map(({ tableID }) => tableID),
      fields.map(({ columnID }) => columnID),
    ],
  );
  return rows;
}
