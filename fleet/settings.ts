import type { Store } from './programs.ts';

/** How PgBouncer lends its connections; `none`: the servers connect to HAProxy. */
export type Pool = 'transaction' | 'session' | 'none';

/** What one fleet is made of. */
export interface Settings {
  /** An absolute path. Everything in it may be deleted. */
  folder: string;
  /** The first of 200 ports. */
  port: number;
  etcdMembers: number;
  store: Store;
  pool: Pool;
}

/** The account of the servers, and Patroni's. They exist on this machine only, while a fleet runs. */
export const password = 'fleet';
export const role = 'matinee';
export const database = 'matinee';

export const nodes = [1, 2, 3] as const;
export type Node = (typeof nodes)[number];

export function portsOf({ port }: Settings) {
  return {
    etcd: (member: number) => port + member,
    etcdPeer: (member: number) => port + 10 + member,
    postgres: (node: Node) => port + 20 + node,
    patroni: (node: Node) => port + 30 + node,
    database: port + 50,
    replicas: port + 51,
    bouncer: port + 60,
    web: port + 80,
    server: (index: number) => port + 90 + index,
    herd: (index: number) => port + 100 + index,
  };
}

/** URLs of one database of the fleet for a server. */
export function databaseUrls(settings: Settings, name = database) {
  const ports = portsOf(settings);
  const url = (port: number) => `postgresql://${role}:${password}@127.0.0.1:${port}/${name}`;
  return {
    direct: url(ports.database),
    replicas: url(ports.replicas),
    pooled: url(settings.pool === 'none' ? ports.database : ports.bouncer),
  };
}
