import { Migration } from '@mikro-orm/migrations';

/** What a seat offers. Constant: no row is written. */
const column = `alter table seats add column if not exists features text[] not null default '{}'`;

/** What a seat offers, such as a wheelchair place. */
export class SeatFeatures extends Migration {
  override up(): void {
    this.addSql(column);
  }

  override down(): void {
    throw new Error('Not taken back: the release before works on this schema.');
  }
}
