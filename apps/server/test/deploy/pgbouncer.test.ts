import { randomUUID } from 'node:crypto';
import { chmod, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { createTestDatabase, onServer } from '@matinee/api/testing';
import type { TestDatabase } from '@matinee/api/testing';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startServerProcess } from '../races/processes.ts';
import { copyOf, freePorts, lacks, start } from './programs.ts';
import type { Copy, Running } from './programs.ts';

/* PgBouncer with the settings of `deploy/pgbouncer`, between a server and the PostgreSQL of the tests. */

const password = 'the-password-of-the-role';
/** PgBouncer refuses to run as root. */
const otherUser = process.geteuid?.() === 0 ? 65_534 : undefined;

describe.skipIf(lacks('pgbouncer'))('behind PgBouncer', () => {
  /** A role of this test's own: the PostgreSQL belongs to others as well. */
  const role = `pooled_${randomUUID().replaceAll('-', '')}`;
  let database: TestDatabase;
  let copy: Copy;
  let bouncer: Running;
  let pooledUrl: string;
  let directUrl: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    const create = `create role ${role} superuser login password '${password}'`;
    await onServer(inject('postgresUrl'), (client) => client.query(create));
    const { hostname, port, pathname } = new URL(database.url);
    const name = pathname.slice(1);
    const [listening = 0] = await freePorts(1);
    copy = await copyOf('pgbouncer');
    await copy.change({
      'matinee = host=127.0.0.1 port=5432 dbname=matinee': `${name} = host=${hostname} port=${port}`,
      'listen_port = 6432': `listen_port = ${listening}`,
      'admin_users = matinee': `admin_users = ${role}`,
      '/etc/pgbouncer': copy.dir,
      '"matinee"': `"${role}"`,
      'alter role matinee in database matinee': `alter role ${role} in database ${name}`,
    });
    await chmod(copy.dir, 0o755);
    pooledUrl = `postgresql://${role}:${password}@127.0.0.1:${listening}${pathname}`;
    directUrl = `postgresql://${role}:${password}@${hostname}:${port}${pathname}`;
    bouncer = await start('pgbouncer', [path.join(copy.dir, 'pgbouncer.ini')], {
      isReady: () => listens(listening),
      uid: otherUser,
    });
  });

  afterAll(async () => {
    await bouncer.stop();
    await copy.remove();
    await database.drop();
    await onServer(inject('postgresUrl'), (client) => client.query(`drop role ${role}`));
  });

  const startServer = () =>
    startServerProcess({ databaseUrl: pooledUrl, env: { DATABASE_DIRECT_URL: directUrl } });

  test('a server does not start without limits.sql, and starts with it', async () => {
    await expect(startServer()).rejects.toThrow(
      /alter role pooled_\w+ in database .* set lock_timeout/,
    );

    const statements = await readFile(path.join(copy.dir, 'limits.sql'), 'utf8');
    const client = new Client({ connectionString: directUrl });
    await client.connect();
    await client.query(statements);
    await client.end();
    const console = new Client({ connectionString: pooledUrl.replace(/[^/]+$/, 'pgbouncer') });
    await console.connect();
    await console.query('reconnect');
    await console.end();

    const server = await startServer();
    const { checks } = (await (await fetch(`${server.url}/health/ready`)).json()) as {
      checks: object;
    };
    expect(checks).toMatchObject({ database: 'ok', migrations: 'ok' });
    expect((await fetch(`${server.url}/api/v1/movies`)).status).toBe(200);
    expect(await server.stop()).toBe(0);
  });
});

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(() => resolve(true)));
    socket.once('error', () => resolve(false));
  });
}
