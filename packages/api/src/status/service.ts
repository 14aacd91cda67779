import { statfs } from 'node:fs/promises';
import { pendingMigrations } from '../db/migrate.ts';
import { query, queryOne } from '../db/query.ts';
import { readCursor, toPage } from '../paging.ts';
import type { Page } from '../paging.ts';
import type { ReservationWithUser } from '../reservations/schema.ts';
import { toReservation } from '../reservations/service.ts';
import type { ServiceContext } from '../trpc.ts';
import type { ListAllReservations, Status } from './schema.ts';

interface ReservationRow {
  id: string;
  created_at: Date;
  answer: unknown;
  user_id: string;
  email: string;
}

/** Everybody's reservations, newest first, with who bought them. */
export async function listAllReservations(
  ctx: ServiceContext,
  input: ListAllReservations,
): Promise<Page<ReservationWithUser>> {
  const after = readCursor(input.cursor, 'instant');
  const conditions = ['true'];
  const values: unknown[] = [input.limit + 1];
  const add = (condition: (parameter: string) => string, value: unknown) => {
    if (value !== undefined) {
      values.push(value);
      conditions.push(condition(`$${values.length}`));
    }
  };
  add((p) => `r.showtime_id = ${p}`, input.showtimeId);
  add((p) => `r.user_id = ${p}`, input.userId);
  add((p) => `r.status = ${p}`, input.status);
  add((p) => `r.reference = upper(${p})`, input.reference);
  if (after) {
    values.push(new Date(after[0]), after[1]);
    const [at, id] = [`$${values.length - 1}`, `$${values.length}`];
    conditions.push(`(r.created_at, r.id) < (${at}::timestamptz, ${id}::uuid)`);
  }
  const rows = await query<ReservationRow>(
    ctx,
    `select r.id, r.created_at, reservation_answer(r.id) as answer, u.id as user_id, u.email
     from reservations r join users u on u.id = r.user_id
     where ${conditions.join(' and ')}
     order by r.created_at desc, r.id desc limit $1`,
    values,
  );
  return toPage(rows, input.limit, {
    keyOf: (row) => [row.created_at.getTime(), row.id] as const,
    toItem: (row) => ({
      ...toReservation(row.answer),
      user: { id: row.user_id, email: row.email },
    }),
  });
}

/** How the system is: versions, clocks, jobs, disk. */
export async function getStatus(ctx: ServiceContext): Promise<Status> {
  const { config, startedAt, clock, orm } = ctx.app;
  const began = performance.now();
  const { now, version } = await queryOne<{ now: Date; version: string }>(
    ctx,
    `select clock_timestamp() as now, current_setting('server_version') as version`,
  );
  const latencyMs = Math.round((performance.now() - began) * 100) / 100;
  const [sweep] = await query<{ at: Date | null }>(
    ctx,
    `select max(last_finished_at) as at from agenda_jobs where name = 'sweep'`,
  );
  const disk = await statfs(config.dataDir);
  return {
    version: config.version,
    now,
    database: { version, latencyMs, migrationsPending: (await pendingMigrations(orm)).length },
    jobs: { enabled: config.jobs, lastSweepAt: sweep?.at ?? null },
    disk: { freeBytes: disk.bavail * disk.bsize },
    uptimeSeconds: Math.round((clock().getTime() - startedAt.getTime()) / 1000),
  };
}
