import { Migration } from '@mikro-orm/migrations';

/*
 * Every step is a statement of its own, is done in a moment or holds no lock that a buyer waits for,
 * and does nothing when it is repeated: `migrate` begins again when a step could not get its lock.
 */

/** Null or constant: no row is written. No price list has been made before this. */
const columns = [
  `alter table movies add column if not exists minimum_age int,
     add column if not exists age_rule text not null default 'advisory'`,
  'alter table price_lists add column if not exists default_type_id uuid not null',
  `alter table showtimes add column if not exists price_list_id uuid,
     add column if not exists price_version_id uuid`,
];

const constraints = [
  constraint('movies', 'movies_age_is_sound', 'check (minimum_age > 0 and minimum_age <= 99)'),
  constraint(
    'movies',
    'movies_age_rule_check',
    `check (age_rule in ('advisory', 'accompanied', 'restricted'))`,
  ),
  constraint(
    'price_lists',
    'price_lists_default_type_fk',
    `foreign key (default_type_id) references ticket_types (id)
       on update no action on delete restrict`,
  ),
  constraint(
    'showtimes',
    'showtimes_price_version_fk',
    `foreign key (price_version_id) references price_lists (id)
       on update no action on delete restrict`,
  ),
  constraint(
    'showtimes',
    'showtimes_price_list_has_version',
    'check ((price_list_id is null) = (price_version_id is null))',
  ),
].flat();

/** Added without looking at the rows that are there, which is a lock of a moment; then validated. */
function constraint(table: string, name: string, definition: string): string[] {
  return [
    `alter table ${table} drop constraint if exists ${name}`,
    `alter table ${table} add constraint ${name} ${definition} not valid`,
    `alter table ${table} validate constraint ${name}`,
  ];
}

/** A build that was cut off leaves an index that is not valid. */
const indexes = [
  'drop index if exists idx_showtimes_price_list',
  `create index concurrently idx_showtimes_price_list on showtimes (price_list_id, end_time)
     where price_list_id is not null`,
];

/** What price lists need in the tables of the schedule and the catalogue. */
export class PriceLists extends Migration {
  override isTransactional(): boolean {
    return false;
  }

  override up(): void {
    for (const statement of [...columns, ...constraints, ...indexes]) {
      this.addSql(statement);
    }
  }

  override down(): void {
    throw new Error('Not taken back: the release before works on this schema.');
  }
}
