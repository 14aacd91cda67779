import { stat } from 'node:fs/promises';
import path from 'node:path';
import { findEmbeddedPostgres } from '@matinee/embedded-postgres';
import { openDirectly } from './database.ts';
import type { OpenDatabase } from './database.ts';
import { EnvironmentError } from './environment.ts';
import type { Environment } from './environment.ts';

/*
 * What the commands beside the server share: create-admin, backup, restore.
 */

/** A command that was called in a way it does not know. */
export class UsageError extends Error {}

/** Runs a command to its end: exit code 0, 2 for wrong usage, 130 when it was told to stop. */
export async function runCommand(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const interruption = new AbortController();
  const interrupt = () => interruption.abort(new Error('Interrupted.'));
  // `disconnect`: whoever started this program is gone.
  const events = ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'];
  events.forEach((event) => process.on(event, interrupt));
  try {
    await work(interruption.signal);
  } catch (error) {
    const code = error instanceof UsageError ? 2 : 1;
    process.exitCode = interruption.signal.aborted ? 130 : code;
    process.stderr.write(`${explain(error)}\n`);
  } finally {
    events.forEach((event) => process.off(event, interrupt));
  }
}

/** The one folder that a command was given; `npm` says where the person stands. */
export function folderArgument(args: readonly string[], usage: string): string {
  const [dir, ...rest] = args;
  if (dir === undefined || dir === '' || dir.startsWith('-') || rest.length > 0) {
    throw new UsageError(`Usage: ${usage}`);
  }
  return path.resolve(process.env['INIT_CWD'] ?? '.', dir);
}

/** Keeps a mistyped `DATA_DIR` from becoming a new, empty database. */
export async function assertDatabaseExists({ DATABASE_URL: url, DATA_DIR: dir }: Environment) {
  if (url === undefined && !(await stat(dir).catch(() => undefined))) {
    throw new Error(`There is no database in ${dir}: set DATA_DIR, or start once with npm start.`);
  }
}

/** The part of a database that a command needs. */
type CommandDatabase = Pick<OpenDatabase, 'url' | 'description'>;

/**
 * Runs `work` on the database of the environment, past a connection pooler, also while a server has
 * the embedded one open.
 */
export async function withDatabase<Result>(
  environment: Environment,
  work: (database: CommandDatabase) => Promise<Result>,
): Promise<Result> {
  const { DATABASE_URL: given, DATA_DIR: dataDir } = environment;
  const running = given === undefined ? await findEmbeddedPostgres({ dataDir }) : undefined;
  if (running) {
    const description = 'the embedded PostgreSQL of the running server';
    return work({ url: running.url, description });
  }
  const database = await openDirectly(environment);
  try {
    return await work(database);
  } finally {
    await database.stop();
  }
}

function explain(error: unknown): string {
  if (error instanceof EnvironmentError) {
    return error.problems.join('\n');
  }
  return error instanceof Error ? error.message : String(error);
}
