import { Migration } from '@mikro-orm/migrations';

/*
 * Every step is a statement of its own, is done in a moment or holds no lock that a buyer waits for,
 * and does nothing when it is repeated: `migrate` begins again when a step could not get its lock.
 */

/** Null: no row is written. */
const tables = [
  `create table if not exists shifts (
     id uuid not null primary key, site_id uuid not null, operator_id uuid not null,
     float numeric(12,2) not null, counted_cash numeric(12,2), counted_card_terminal numeric(12,2),
     opened_at timestamptz(3) not null default now(), closed_at timestamptz(3))`,
  'create unique index if not exists shifts_one_open_unique on shifts (operator_id) where closed_at is null',
  'alter table sites add column if not exists walk_up_user_id uuid',
  `alter table payments add column if not exists tender text,
     add column if not exists shift_id uuid`,
  'alter table refunds add column if not exists shift_id uuid',
];

const constraints = [
  constraint('shifts', 'shifts_site_fk', reference('site_id', 'sites')),
  constraint('shifts', 'shifts_operator_fk', reference('operator_id', 'users')),
  constraint('shifts', 'shifts_float_is_amount', `check (float >= 0 and float <> 'NaN')`),
  constraint(
    'shifts',
    'shifts_counted_when_closed',
    `check ((closed_at is null) = (counted_cash is null)
       and (closed_at is null) = (counted_card_terminal is null))`,
  ),
  constraint('payments', 'payments_shift_fk', reference('shift_id', 'shifts')),
  constraint(
    'payments',
    'payments_tender_check',
    `check (tender in ('cash', 'card_terminal', 'comp', 'invoice', 'exchange'))`,
  ),
  constraint(
    'payments',
    'payments_desk_has_tender',
    `check ((tender is null) = (provider is distinct from 'desk'))`,
  ),
  constraint('refunds', 'refunds_shift_fk', reference('shift_id', 'shifts')),
].flat();

function reference(column: string, table: string): string {
  return `foreign key (${column}) references ${table} (id) on update no action on delete restrict`;
}

/** Added without looking at the rows that are there, which is a lock of a moment; then validated. */
function constraint(table: string, name: string, definition: string): string[] {
  return [
    `alter table ${table} drop constraint if exists ${name}`,
    `alter table ${table} add constraint ${name} ${definition} not valid`,
    `alter table ${table} validate constraint ${name}`,
  ];
}

/** A build that was cut off leaves an index that is not valid. */
const indexes = ['payments', 'refunds'].flatMap((table) => [
  `drop index if exists idx_${table}_shift`,
  `create index concurrently idx_${table}_shift on ${table} (shift_id) where shift_id is not null`,
]);

/** Shifts of the desk, and how its sales are paid. */
export class Desk extends Migration {
  override isTransactional(): boolean {
    return false;
  }

  override up(): void {
    for (const statement of [...tables, ...constraints, ...indexes]) {
      this.addSql(statement);
    }
  }

  override down(): void {
    throw new Error('Not taken back: the release before works on this schema.');
  }
}
