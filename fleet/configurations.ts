import { join } from 'node:path';
import { postgresBin } from './programs.ts';
import { nodes, password, portsOf, role } from './settings.ts';
import type { Node, Settings } from './settings.ts';

/* The configurations of the programs. */

/** Arguments of one member of etcd. */
export function etcdArguments(settings: Settings, member: number): string[] {
  const ports = portsOf(settings);
  const members = membersOf(settings);
  const url = (port: number) => `http://127.0.0.1:${port}`;
  const cluster = members.map((each) => `e${each}=${url(ports.etcdPeer(each))}`).join(',');
  const options = {
    name: `e${member}`,
    'data-dir': join(settings.folder, 'nodes', `etcd${member}`),
    'listen-client-urls': url(ports.etcd(member)),
    'advertise-client-urls': url(ports.etcd(member)),
    'listen-peer-urls': url(ports.etcdPeer(member)),
    'initial-advertise-peer-urls': url(ports.etcdPeer(member)),
    'initial-cluster': cluster,
    // A busy machine answers late: the members would elect again and again.
    'heartbeat-interval': '250',
    'election-timeout': '2500',
    'enable-v2': 'true',
    logger: 'zap',
    'log-level': 'warn',
  };
  return Object.entries(options).map(([name, value]) => `--${name}=${value}`);
}

export function membersOf({ etcdMembers }: Settings): number[] {
  return Array.from({ length: etcdMembers }, (_, index) => index + 1);
}

export function dataFolder({ folder }: Settings, node: Node): string {
  return join(folder, 'nodes', `pg${node}`);
}

export function patroniConfiguration(settings: Settings, node: Node): string {
  const ports = portsOf(settings);
  const hosts = membersOf(settings).map((member) => `127.0.0.1:${ports.etcd(member)}`);
  const configuration = {
    scope: 'matinee',
    name: `node${node}`,
    restapi: {
      listen: `127.0.0.1:${ports.patroni(node)}`,
      connect_address: `127.0.0.1:${ports.patroni(node)}`,
    },
    [settings.store]: { hosts: hosts.join(',') },
    bootstrap: {
      dcs: {
        ttl: 20,
        loop_wait: 5,
        retry_timeout: 5,
        maximum_lag_on_failover: 1_048_576,
        synchronous_mode: true,
        synchronous_node_count: 1,
        postgresql: { use_pg_rewind: true, use_slots: true, parameters },
      },
      initdb: [{ encoding: 'UTF8' }, { locale: 'C.UTF-8' }, 'data-checksums'],
      pg_hba: [
        'local all all trust',
        'host replication repl 127.0.0.1/32 scram-sha-256',
        'host all all 127.0.0.1/32 scram-sha-256',
      ],
    },
    postgresql: {
      listen: `127.0.0.1:${ports.postgres(node)}`,
      connect_address: `127.0.0.1:${ports.postgres(node)}`,
      data_dir: dataFolder(settings, node),
      bin_dir: postgresBin,
      pgpass: join(settings.folder, 'nodes', `pgpass${node}`),
      authentication: {
        superuser: { username: 'postgres', password },
        replication: { username: 'repl', password },
        rewind: { username: 'rewind', password },
      },
      basebackup: [{ checkpoint: 'fast' }],
      parameters: { unix_socket_directories: '' },
    },
  };
  // JSON is YAML.
  return JSON.stringify(configuration, null, 1);
}

const parameters = {
  max_connections: 200,
  shared_buffers: '128MB',
  wal_level: 'replica',
  hot_standby: 'on',
  hot_standby_feedback: 'on',
  max_wal_senders: 8,
  max_replication_slots: 8,
  wal_log_hints: 'on',
  wal_keep_size: '256MB',
  synchronous_commit: 'on',
  tcp_keepalives_idle: 5,
  tcp_keepalives_interval: 2,
  tcp_keepalives_count: 3,
};

export function haproxyConfiguration(settings: Settings): string {
  const ports = portsOf(settings);
  const servers = nodes.map(
    (node) =>
      `  server node${node} 127.0.0.1:${ports.postgres(node)} check port ${ports.patroni(node)}`,
  );
  const databaseChecks =
    '  default-server inter 1s fastinter 500ms downinter 500ms fall 2 rise 1 on-marked-down shutdown-sessions';
  const tcp = [
    '  mode tcp',
    '  timeout client 1h',
    '  timeout server 1h',
    '  option clitcpka',
    '  option srvtcpka',
    '  retries 0',
    '  http-check expect status 200',
    databaseChecks,
    ...servers,
  ];
  return [
    'global',
    '  maxconn 2000',
    'defaults',
    '  timeout connect 2s',
    '  timeout check 2s',
    '  log stdout format raw local0 notice',
    'listen database',
    `  bind 127.0.0.1:${ports.database}`,
    '  option httpchk GET /primary',
    ...tcp,
    'listen replicas',
    `  bind 127.0.0.1:${ports.replicas}`,
    '  option httpchk GET /replica?lag=16MB',
    ...tcp,
    'frontend web',
    `  bind 127.0.0.1:${ports.web}`,
    '  mode http',
    '  timeout client 65s',
    '  timeout http-request 10s',
    '  timeout http-keep-alive 65s',
    '  default_backend servers',
    'backend servers',
    '  mode http',
    '  balance leastconn',
    '  timeout server 65s',
    '  timeout queue 5s',
    '  option forwardfor',
    '  option redispatch 1',
    '  retries 2',
    '  retry-on conn-failure empty-response',
    // A change that may have been made is sent again only if the server can recognise it.
    '  http-request disable-l7-retry unless { method GET HEAD } or { req.hdr(idempotency-key) -m found }',
    `  errorfile 503 ${join(settings.folder, 'nodes', '503.http')}`,
    '  option httpchk GET /health/ready?of=server',
    '  http-check expect status 200',
    '  default-server pool-purge-delay 30s inter 500ms fastinter 200ms downinter 500ms fall 2 rise 1',
    `  server a 127.0.0.1:${ports.server(1)} check`,
    `  server b 127.0.0.1:${ports.server(2)} check`,
    '',
  ].join('\n');
}

/** What the proxy says when it has no server. The first header tells it from a server's answer. */
export const unavailablePage = [
  'HTTP/1.1 503 Service Unavailable',
  'X-Answered-By: proxy',
  'Content-Type: application/json',
  'Cache-Control: no-store',
  'Retry-After: 1',
  'Connection: close',
  '',
  '{"success":false,"error":{"code":"UNAVAILABLE","message":"No server can be reached.","details":{}}}',
  '',
].join('\r\n');

export function pgbouncerConfiguration(settings: Settings): string {
  const { database, bouncer } = portsOf(settings);
  return [
    '[databases]',
    `* = host=127.0.0.1 port=${database}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${bouncer}`,
    'unix_socket_dir =',
    'auth_type = plain',
    `auth_file = ${join(settings.folder, 'nodes', 'users.txt')}`,
    `pool_mode = ${settings.pool}`,
    `default_pool_size = ${settings.pool === 'session' ? 60 : 20}`,
    'max_client_conn = 500',
    'server_login_retry = 1',
    'server_connect_timeout = 2',
    'query_wait_timeout = 5',
    '',
  ].join('\n');
}

export const pgbouncerUsers = `"${role}" "${password}"\n`;
