import { Migration } from '@mikro-orm/migrations';

/** Each can be repeated, and holds its lock for itself alone. */
const steps = [
  'alter table "showtimes" add column if not exists "series_id" uuid null',
  // A build that was cut off leaves an index that is not valid.
  'drop index if exists "idx_showtimes_series"',
  `create index concurrently "idx_showtimes_series" on "showtimes" ("series_id", "start_time")
     where "series_id" is not null`,
];

/** What shows that were planned together have in common: nothing, of those that are there already. */
export class Series extends Migration {
  override isTransactional(): boolean {
    return false;
  }

  override up(): void {
    for (const step of steps) {
      this.addSql(step);
    }
  }

  override down(): void {
    throw new Error('Not taken back: the release before works on this schema.');
  }
}
