import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { migrate } from '@matinee/api';
import { startEmbeddedPostgres } from '@matinee/embedded-postgres';
import { Client } from 'pg';

/**
 * A primary, and a standby that was a copy of it and has received nothing since: it takes reads, lags
 * behind, and can be promoted.
 */
export interface Pair extends AsyncDisposable {
  primary: string;
  standby: string;
}

/** @param prepare what both shall have */
export async function startPair(
  prepare: (url: string) => Promise<void> = async () => {},
): Promise<Pair> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(path.join(tmpdir(), 'matinee-pair-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const first = await startEmbeddedPostgres({ dataDir: path.join(folder, 'primary'), settings });
  await migrate({ url: first.url });
  await prepare(first.url);
  await first.stop();
  const copy = path.join(folder, 'standby');
  await cp(first.dataDir, copy, { recursive: true });
  await writeFile(path.join(copy, 'postgres', 'standby.signal'), '');
  const primary = await startEmbeddedPostgres({ dataDir: first.dataDir, settings });
  stack.defer(() => primary.stop());
  const standby = await startEmbeddedPostgres({ dataDir: copy, settings });
  stack.defer(() => standby.stop());
  const started = stack.move();
  return {
    primary: primary.url,
    standby: standby.url,
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

const settings = { fsync: 'off', shared_buffers: '32MB' };

/** Makes a standby the primary. */
export async function promote(url: string): Promise<void> {
  await runOn(url, 'select pg_promote()');
}

/** Runs a statement on a connection of its own. */
export async function runOn<Row extends object>(url: string, text: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}
