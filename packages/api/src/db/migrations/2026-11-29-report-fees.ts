import { Migration } from '@mikro-orm/migrations';

/** Built while customers buy. A build that was cut off leaves an index that is not valid. */
const indexes = [
  'drop index if exists idx_reservations_fees',
  `create index concurrently idx_reservations_fees on reservations (showtime_id)
     include (status, fees) where fees > 0`,
];

/** Reports add fees to the prices, and read them from an index of the reservations that have some. */
export class ReportFees extends Migration {
  override isTransactional(): boolean {
    return false;
  }

  override up(): void {
    for (const statement of indexes) {
      this.addSql(statement);
    }
  }

  override down(): void {
    throw new Error('Not taken back: the release before works on this schema.');
  }
}
