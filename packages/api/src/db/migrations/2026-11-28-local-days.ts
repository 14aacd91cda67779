import { Migration } from '@mikro-orm/migrations';
import { isTimeZone, localTimeOf } from '../../local-time.ts';

const before = [
  `create table if not exists zone_data (
     version varchar(20) not null primary key,
     created_at timestamptz(3) not null default now())`,
  `alter table showtimes add column if not exists local_start timestamp(3)`,
];

const trigger = [
  `drop trigger if exists showtime_local on showtimes`,
  `create trigger showtime_local before insert or update of start_time, theater_id on showtimes
     for each row execute function showtime_local()`,
];

/** Rows in one statement: no show is locked for longer than it takes to write some hundreds. */
const batchSize = 500;

const missing = `select s.id, s.start_time as start, t.timezone as zone
  from showtimes s join theaters t on t.id = s.theater_id
  where s.local_start is null order by s.id limit ${batchSize}`;

const fill = `update showtimes s set local_start = new.local::timestamp
  from jsonb_to_recordset(?::jsonb) as new (id uuid, local text, start timestamptz)
  where s.id = new.id and s.start_time = new.start and s.local_start is null`;

/** Shows in zones that only the database knows. */
const fillByDatabase = `update showtimes s set local_start = s.start_time at time zone t.timezone
  from theaters t where t.id = s.theater_id and s.local_start is null and t.timezone = ?`;

const after = [
  `alter table showtimes drop constraint if exists showtimes_local_start_filled`,
  `alter table showtimes add constraint showtimes_local_start_filled
     check (local_start is not null) not valid`,
  `alter table showtimes validate constraint showtimes_local_start_filled`,
  // Believes the validated constraint instead of reading the table.
  `alter table showtimes alter column local_start set not null`,
  `alter table showtimes drop constraint showtimes_local_start_filled`,
  // What an attempt that was cut off has left behind.
  `do $$ begin
     if exists (select from pg_index
         where indexrelid = to_regclass('idx_showtimes_local') and not indisvalid) then
       drop index idx_showtimes_local;
     end if;
   end $$`,
  `create index concurrently if not exists idx_showtimes_local on showtimes (local_start)`,
];

/** Frozen copies of `functions/*.sql` as they were then. */
const functions = [
  /* sql */ `
CREATE OR REPLACE FUNCTION public.showtime_local()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if new.local_start is null
      or tg_op = 'UPDATE' and new.local_start is not distinct from old.local_start then
    select new.start_time at time zone timezone into new.local_start
      from theaters where id = new.theater_id;
  end if;
  return new;
end $function$
`,
];

interface Row {
  id: string;
  start: Date | string;
  zone: string;
}

/**
 * Shows keep their local time. It is computed here with the runtime's table of time zones, as servers
 * do it; zones that only PostgreSQL knows are left to it. Writes every show once.
 */
export class LocalDays extends Migration {
  override isTransactional(): boolean {
    return false;
  }

  override async up(): Promise<void> {
    for (const statement of [...before, ...functions, ...trigger]) {
      await this.execute(statement);
    }
    for (;;) {
      const rows = (await this.execute(missing)) as unknown as Row[];
      if (rows.length === 0) {
        break;
      }
      const [first] = rows;
      if (first && !isTimeZone(first.zone)) {
        await this.execute(fillByDatabase, [first.zone]);
      } else {
        const known = rows.filter(({ zone }) => isTimeZone(zone));
        await this.execute(fill, [JSON.stringify(known.map(filled))]);
      }
    }
    for (const statement of after) {
      await this.execute(statement);
    }
  }

  override down(): void {
    throw new Error('Not taken back: the release before works on this schema.');
  }
}

function filled({ id, start, zone }: Row): object {
  const instant = new Date(start);
  return { id, start: instant.toISOString(), local: localTimeOf(instant, zone) };
}
