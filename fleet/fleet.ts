import { execFile } from 'node:child_process';
import { chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Client, Pool } from 'pg';
import {
  dataFolder,
  etcdArguments,
  haproxyConfiguration,
  membersOf,
  patroniConfiguration,
  pgbouncerConfiguration,
  pgbouncerUsers,
  unavailablePage,
} from './configurations.ts';
import {
  asPostgres,
  guarded,
  postmasterOf,
  Running,
  signalAll,
  treeOf,
  until,
} from './processes.ts';
import { path } from './programs.ts';
import { database, databaseUrls, nodes, password, portsOf, role } from './settings.ts';
import type { Node, Settings } from './settings.ts';

export const root = resolve(import.meta.dirname, '..');
const run = promisify(execFile);

/** How a server is started. */
export interface ServerStart {
  name: string;
  port: number;
  env: Record<string, string>;
  /** Of the version to start; this one if left out. */
  checkout?: string;
}

export interface Member {
  name: string;
  role: string;
  state: string;
}

/** Everything that is in front of the customers, in processes of its own on 127.0.0.1. */
export class Fleet {
  readonly settings: Settings;
  readonly ports: ReturnType<typeof portsOf>;
  /** At the primary, as a superuser, through HAProxy. */
  readonly pool: Pool;
  /** The two servers behind HAProxy. */
  readonly servers = new Map<'a' | 'b', Running>();
  readonly #patronis = new Map<Node, Running>();
  readonly #etcds: Running[] = [];
  readonly #others: Running[] = [];
  #isClosed = false;

  constructor(settings: Settings) {
    this.settings = settings;
    this.ports = portsOf(settings);
    this.pool = this.openPool(database);
  }

  get webUrl(): string {
    return `http://127.0.0.1:${this.ports.web}`;
  }

  openPool(name: string): Pool {
    const address = `127.0.0.1:${this.ports.database}`;
    const pool = new Pool({
      connectionString: `postgresql://postgres:${password}@${address}/${name}`,
      max: 2,
      connectionTimeoutMillis: 3_000,
      query_timeout: 20_000,
    });
    pool.on('error', () => {});
    return pool;
  }

  /** @throws Error when a part does not come up in time, with the end of its log */
  async start(): Promise<void> {
    await this.#makeFolders();
    for (const member of membersOf(this.settings)) {
      const command = [...asPostgres, 'etcd', ...etcdArguments(this.settings, member)] as const;
      this.#etcds.push(this.#run(`etcd${member}`, command));
    }
    await this.startNode(1);
    await this.#await('node1', 60_000, () => this.isPrimary(1));
    this.#others.push(
      this.#run('haproxy', [...guarded, 'haproxy', '-db', '-f', this.#file('haproxy.cfg')]),
    );
    await this.startNode(2);
    await this.startNode(3);
    await this.#createRole();
    if (this.settings.pool !== 'none') {
      const command = [...asPostgres, 'pgbouncer', this.#file('pgbouncer.ini')] as const;
      this.#others.push(this.#run('pgbouncer', command));
    }
    await this.#await('node3', 90_000, () => this.isWhole());
  }

  // --- PostgreSQL. ---

  /** Starts Patroni, which starts its PostgreSQL. */
  async startNode(node: Node): Promise<void> {
    const configuration = this.#file(`node${node}.yml`);
    await writeFile(configuration, patroniConfiguration(this.settings, node));
    this.#patronis.set(node, this.#run(`node${node}`, [...asPostgres, 'patroni', configuration]));
  }

  patroni(node: Node): Running {
    const found = this.#patronis.get(node);
    if (!found) {
      throw new Error(`node${node} was not started.`);
    }
    return found;
  }

  postmaster(node: Node): number | undefined {
    return postmasterOf(dataFolder(this.settings, node));
  }

  /** Patroni and PostgreSQL of a node, with all of their children. */
  processesOf(node: Node): number[] {
    const postmaster = this.postmaster(node);
    return [
      ...treeOf(this.patroni(node).pid),
      ...(postmaster === undefined ? [] : treeOf(postmaster)),
    ];
  }

  get etcdPids(): number[] {
    return this.#etcds.map(({ pid }) => pid);
  }

  /** As Patroni says, and as HAProxy asks it. */
  async isPrimary(node: Node): Promise<boolean> {
    return (await this.#ask(node, '/primary'))?.ok === true;
  }

  /** A primary whose PostgreSQL answers: Patroni goes on saying yes while it starts it again. */
  async sells(node: Node): Promise<boolean> {
    return (await this.isPrimary(node)) && (await this.#isWritable(node));
  }

  /** @throws Error when there is none within 60 s */
  async primary(): Promise<Node> {
    const found = await until(60_000, async () => {
      const answers = await Promise.all(nodes.map((node) => this.isPrimary(node)));
      return nodes.find((_node, index) => answers[index]);
    });
    if (found === undefined) {
      throw new Error('There is no primary.');
    }
    return found;
  }

  /** A node that `/replica` of HAProxy leads to. */
  async replica(): Promise<Node> {
    const primary = await this.primary();
    return nodes.find((node) => node !== primary) ?? 1;
  }

  async members(): Promise<Member[]> {
    const answers = await Promise.all(nodes.map((node) => this.#ask(node, '/cluster')));
    const answer = answers.find((each) => each?.ok);
    const { members = [] } = ((await answer?.json()) ?? {}) as { members?: Member[] };
    return members;
  }

  /** One primary, one synchronous standby and one other standby, all of them running. */
  async isWhole(): Promise<boolean> {
    const members = await this.members();
    const roles = members
      .map((member) => member.role)
      .toSorted()
      .join(' ');
    const isRunning = ({ state }: Member) => state === 'running' || state === 'streaming';
    return roles === 'leader replica sync_standby' && members.every(isRunning);
  }

  /** Starts what has ended and waits until everything is as it was. @throws Error after 120 s */
  async repair(): Promise<void> {
    for (const node of nodes) {
      signalAll(this.processesOf(node), 'SIGCONT');
      if (!this.patroni(node).isRunning()) {
        await this.startNode(node);
      }
    }
    signalAll(this.etcdPids, 'SIGCONT');
    await this.#await('node1', 120_000, () => this.isWhole());
    await this.#await(
      'haproxy',
      30_000,
      async () => (await this.pool.query('select 1')).rowCount === 1,
    );
    // A server that has exited is counted once, in the run in which it did.
    for (const [name, server] of this.servers) {
      if (!server.isRunning()) {
        await this.place(name, { env: this.serverEnv() });
      }
    }
  }

  patronictl(...args: string[]): Promise<unknown> {
    const [user, ...options] = [
      ...asPostgres,
      'patronictl',
      '-c',
      this.#file('node1.yml'),
      ...args,
    ];
    return run(user ?? '', options, {
      env: { PATH: path, LC_ALL: 'C.UTF-8', HOME: this.#nodes },
      timeout: 60_000,
    });
  }

  /** An empty database that the role owns. */
  async createDatabase(name: string): Promise<void> {
    await this.dropDatabase(name);
    await this.pool.query(`create database ${name} owner ${role}`);
  }

  async dropDatabase(name: string): Promise<void> {
    await this.pool.query(`drop database if exists ${name} with (force)`);
  }

  // --- Servers. ---

  /** Settings of a server on one database of the fleet. */
  serverEnv(name = database): Record<string, string> {
    const { pooled, direct, replicas } = databaseUrls(this.settings, name);
    return {
      DATABASE_URL: pooled,
      ...(this.settings.pool === 'none' ? {} : { DATABASE_DIRECT_URL: direct }),
      // Session mode gives each client a connection of its own, but looks like any pooler.
      ...(this.settings.pool === 'session' ? { DATABASE_POOLER: 'none' } : {}),
      DATABASE_REPLICA_URLS: replicas,
      DRAIN_SECONDS: '2',
    };
  }

  /** Starts a server; it may not be ready yet. */
  startServer({ name, port, env, checkout = root }: ServerStart): Running {
    this.#assertOpen();
    return Running.start({
      name,
      log: join(this.settings.folder, 'log', `${name}.log`),
      command: [
        process.execPath,
        '--max-semi-space-size=16',
        join(checkout, 'apps/server/dist/main.js'),
      ],
      cwd: checkout,
      env: {
        ENVIRONMENT: 'test',
        HOST: '127.0.0.1',
        PORT: String(port),
        JWT_SECRET_KEY: 'the-fleet-of-one-machine-'.repeat(2),
        DATA_DIR: join(this.settings.folder, 'data'),
        UPLOAD_DIR: join(this.settings.folder, 'uploads'),
        TRUST_PROXY: '1',
        RATE_LIMIT: 'off',
        LOG_LEVEL: 'warn',
        ...env,
      },
    });
  }

  /** Puts a server in its place behind HAProxy and waits until it is ready. */
  async place(name: 'a' | 'b', start: Pick<ServerStart, 'env' | 'checkout'>): Promise<void> {
    const port = this.ports.server(name === 'a' ? 1 : 2);
    this.servers.set(name, this.startServer({ name, port, ...start }));
    await this.#await(name, 60_000, () => isReady(port));
  }

  /** Both servers of this version, on the database of the fleet. */
  async placeServers(): Promise<void> {
    await Promise.all(
      (['a', 'b'] as const).map((name) => this.place(name, { env: this.serverEnv() })),
    );
    await this.#await(
      'haproxy',
      20_000,
      async () => (await fetch(`${this.webUrl}/health/live`)).ok,
    );
  }

  async stopServers(): Promise<void> {
    await Promise.all([...this.servers.values()].map((server) => server.stop()));
    this.servers.clear();
  }

  /** The end of a program's log. */
  async log(name: string): Promise<string> {
    const file = join(this.settings.folder, 'log', `${name}.log`);
    return (await readFile(file, 'utf8').catch(() => '')).slice(-1_500);
  }

  // --- The end. ---

  /** Ends all processes and deletes what they wrote, but for their logs. */
  async close(): Promise<void> {
    if (this.#isClosed) {
      return;
    }
    this.#isClosed = true;
    await Promise.all([...this.servers.values()].map((server) => server.stop('SIGTERM', 12_000)));
    await this.pool.end().catch(() => {});
    await Promise.all([...this.#patronis.values()].map((patroni) => patroni.stop('SIGKILL')));
    const postmasters = nodes.flatMap((node) => this.postmaster(node) ?? []);
    signalAll(postmasters, 'SIGCONT');
    // An immediate shutdown, which takes its shared memory along.
    signalAll(postmasters, 'SIGQUIT');
    const isGone = async () =>
      nodes.every((node) => this.postmaster(node) === undefined) || undefined;
    await until(10_000, isGone);
    signalAll(
      nodes.flatMap((node) => this.postmaster(node) ?? []),
      'SIGKILL',
    );
    await Promise.all([...this.#others, ...this.#etcds].map((each) => each.stop('SIGTERM', 5_000)));
    await rm(this.#nodes, { recursive: true, force: true, maxRetries: 3 });
    await rm(join(this.settings.folder, 'acknowledgements.jsonl'), { force: true });
  }

  // --- Parts. ---

  get #nodes(): string {
    return join(this.settings.folder, 'nodes');
  }

  #file(name: string): string {
    return join(this.#nodes, name);
  }

  async #makeFolders(): Promise<void> {
    await rm(this.#nodes, { recursive: true, force: true });
    for (const name of ['nodes', 'log', 'data', 'uploads']) {
      await mkdir(join(this.settings.folder, name), { recursive: true });
    }
    if (process.getuid?.() === 0) {
      const ids = await Promise.all(['-u', '-g'].map((flag) => run('id', [flag, 'postgres'])));
      const [user = 0, group = 0] = ids.map(({ stdout }) => Number(stdout));
      await chown(this.#nodes, user, group);
    }
    await writeFile(this.#file('503.http'), unavailablePage);
    await writeFile(this.#file('haproxy.cfg'), haproxyConfiguration(this.settings));
    await writeFile(this.#file('pgbouncer.ini'), pgbouncerConfiguration(this.settings));
    await writeFile(this.#file('users.txt'), pgbouncerUsers);
  }

  /** The role, its database, and the limits that a pooler does not pass on. */
  async #createRole(): Promise<void> {
    const pool = this.openPool('postgres');
    try {
      await this.#await(
        'haproxy',
        30_000,
        async () => (await pool.query('select 1')).rowCount === 1,
      );
      await pool.query(`create role ${role} login password '${password}'`);
      await pool.query(`alter role ${role} set statement_timeout = '15s'`);
      await pool.query(`alter role ${role} set lock_timeout = '5s'`);
      await pool.query(`alter role ${role} set idle_in_transaction_session_timeout = '30s'`);
      await pool.query(`create database ${database} owner ${role}`);
    } finally {
      await pool.end();
    }
  }

  #run(name: string, command: readonly [string, ...string[]]): Running {
    this.#assertOpen();
    const log = join(this.settings.folder, 'log', `${name}.log`);
    return Running.start({ name, log, command, cwd: this.#nodes, env: { HOME: this.#nodes } });
  }

  #assertOpen(): void {
    if (this.#isClosed) {
      throw new Error('The fleet is taken down.');
    }
  }

  async #isWritable(node: Node): Promise<boolean> {
    const client = new Client({
      connectionString: `postgresql://postgres:${password}@127.0.0.1:${this.ports.postgres(node)}/postgres`,
      connectionTimeoutMillis: 700,
      query_timeout: 700,
    });
    client.on('error', () => {});
    try {
      await client.connect();
      const { rows } = await client.query<{ standby: boolean }>(
        'select pg_is_in_recovery() as standby',
      );
      return rows[0]?.standby === false;
    } catch {
      return false;
    } finally {
      void client.end().catch(() => {});
    }
  }

  async #ask(node: Node, page: string): Promise<Response | undefined> {
    const url = `http://127.0.0.1:${this.ports.patroni(node)}${page}`;
    return fetch(url, { signal: AbortSignal.timeout(700) }).catch(() => undefined);
  }

  async #await(name: string, ms: number, isThere: () => Promise<boolean>): Promise<void> {
    const answer = await until(ms, async () => (await isThere()) || undefined);
    if (answer === undefined) {
      throw new Error(`${name} is not up after ${ms / 1_000} s:\n${await this.log(name)}`);
    }
  }
}

/** Whether the server at a port can do its work. */
export async function isReady(port: number): Promise<boolean> {
  const url = `http://127.0.0.1:${port}/health/ready`;
  return (await fetch(url, { signal: AbortSignal.timeout(3_000) })).ok;
}
