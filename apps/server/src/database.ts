import { mkdir } from 'node:fs/promises';
import { timeLimits } from '@matinee/api';
import { startEmbeddedPostgres } from '@matinee/embedded-postgres';
import { Client } from 'pg';
import { assertFit } from './database/fitness.ts';
import { assertLimits, assertSameDatabase, isPooled } from './database/pooler.ts';
import type { Pooler } from './database/pooler.ts';
import { Unfit } from './database/unfit.ts';
import type { Environment } from './environment.ts';

/** The database that this process works with. */
export interface OpenDatabase {
  url: string;
  /** PostgreSQL itself, if `url` leads to a connection pooler; else the same. */
  directUrl: string;
  pooler: Pooler;
  /** For a person; without secrets. */
  description: string;
  /** Where the embedded cluster really is. */
  dataDir: string | undefined;
  stop(): Promise<void>;
}

/**
 * The database of `DATABASE_URL`, or the embedded one under `DATA_DIR`, checked for what the
 * guarantees need.
 *
 * @throws Error with a sentence for the operator
 */
export async function openDatabase(environment: Environment): Promise<OpenDatabase> {
  const { DATABASE_URL: url, DATA_DIR: dataDir } = environment;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  if (url !== undefined) {
    return { ...(await openGiven(environment, url)), dataDir: undefined, stop: async () => {} };
  }
  const log = (line: string) => process.stderr.write(`${line}\n`);
  const embedded = await startEmbeddedPostgres({ dataDir, log });
  try {
    const address = { name: 'DATABASE_URL', url: embedded.url };
    const server = await withClient(address, (client) => assertFit(client, embedded.url));
    return {
      url: embedded.url,
      directUrl: embedded.url,
      pooler: 'none',
      description: `PostgreSQL ${server}, embedded`,
      dataDir: embedded.dataDir,
      stop: () => embedded.stop(),
    };
  } catch (error) {
    await embedded.stop();
    throw error;
  }
}

/**
 * PostgreSQL itself, past a connection pooler: for commands that need a connection of their own. The
 * pooler may be down, but must not lead elsewhere.
 */
export async function openDirectly(environment: Environment): Promise<OpenDatabase> {
  const { DATABASE_URL: pooled, DATABASE_DIRECT_URL: url = pooled } = environment;
  if (url !== pooled && url !== undefined && pooled !== undefined) {
    const direct = { name: 'DATABASE_DIRECT_URL', url };
    await withClient(direct, (client) =>
      withClient({ name: 'DATABASE_URL', url: pooled }, (other) =>
        assertSameDatabase(other, client),
      ).catch((error: unknown) => {
        if (error instanceof Unfit) {
          throw error;
        }
      }),
    );
  }
  return openDatabase({ ...environment, DATABASE_URL: url, DATABASE_DIRECT_URL: undefined });
}

async function openGiven(environment: Environment, url: string) {
  const directUrl = environment.DATABASE_DIRECT_URL ?? url;
  const directName =
    environment.DATABASE_DIRECT_URL === undefined ? 'DATABASE_URL' : 'DATABASE_DIRECT_URL';
  const direct = { name: directName, url: directUrl };
  const server = await withClient(direct, async (client) => {
    await assertDirect(environment, client, directName);
    return assertFit(client, directUrl);
  });
  const pooler = await inspectPooler(environment, url, direct);
  const { host, pathname } = new URL(directUrl);
  const through = pooler === 'none' ? '' : `, through a pooler at ${new URL(url).host}`;
  const description = `PostgreSQL ${server} at ${host}${pathname}${through}`;
  return { url, directUrl, pooler, description };
}

/** `DATABASE_POOLER=none` is the operator's word for a pooler that gives each client a connection. */
async function assertDirect({ DATABASE_POOLER: said }: Environment, client: Client, name: string) {
  if (said !== 'none' && (await isPooled(client))) {
    throw new Unfit(
      name === 'DATABASE_URL'
        ? 'leads to a connection pooler: set DATABASE_DIRECT_URL to the address of PostgreSQL itself, for migrations, jobs and backups'
        : 'leads to a connection pooler, and must lead to PostgreSQL itself',
    );
  }
}

async function inspectPooler(
  { DATABASE_POOLER: said }: Environment,
  url: string,
  direct: Address,
): Promise<Pooler> {
  // As the server will connect, if the operator says that it can.
  const limits = said === 'none' ? timeLimits : {};
  return withClient({ name: 'DATABASE_URL', url, limits }, async (client) => {
    const pooler = said ?? ((await isPooled(client)) ? 'transaction' : 'none');
    if (direct.url !== url) {
      await withClient(direct, (other) => assertSameDatabase(client, other));
    }
    if (pooler === 'transaction') {
      await assertLimits(client);
    }
    return pooler;
  });
}

interface Address {
  /** The variable that it comes from. */
  name: string;
  url: string;
  /** Parameters of the connection. */
  limits?: Partial<typeof timeLimits>;
}

async function withClient<Result>(
  { name, url: connectionString, limits }: Address,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 10_000, ...limits });
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    if (error instanceof Unfit) {
      throw error.of(name);
    }
    const { message, code } = error as Error & { code?: string };
    // The driver's words have the host's name, which is part of the password if that is not encoded.
    const reason = code === 'ENOTFOUND' ? 'its host cannot be found' : message || code;
    throw new Error(`${name}: the database cannot be used: ${reason}`, { cause: error });
  } finally {
    await client.end().catch(() => {});
  }
}
