import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { errorCodes, RequestError, timeLimits, UnavailableError } from '@matinee/api';
import { createTestDatabase } from '@matinee/api/testing';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { readEnvironment } from '../../src/environment.ts';
import { Variables } from '../../src/environment/variables.ts';
import { run } from '../run.ts';
import { startTestServer } from '../server.ts';
import type { TestServer } from '../server.ts';
import { copyOf, deployDir, judge, lacks } from './programs.ts';

/* What the files of `deploy/` say of the product: settings, routes, ports and times are the product's. */

const read = (file: string) => readFile(path.join(deployDir, file), 'utf8');
const readYaml = async <Content>(file: string) =>
  parse(await read(file), { merge: true }) as Content;

/** Settings of other programs, and words that look like settings. */
const foreign = new Set<string>([
  // HAProxy's own, in web.cfg.
  'SERVER_A',
  'SERVER_B',
  // The image of PostgreSQL.
  'POSTGRES_USER',
  'POSTGRES_DB',
  'POSTGRES_PASSWORD_FILE',
  'POSTGRES_INITDB_ARGS',
  // systemd and Docker.
  'AF_INET',
  'AF_INET6',
  'AF_UNIX',
  'CMD',
  // The command `matinee` and create-admin.
  'MATINEE_URL',
  'MATINEE_PASSWORD',
  ...errorCodes,
]);

/** Assignments, and words with an underscore, of a text. */
function variablesIn(text: string): string[] {
  const assigned = [...text.matchAll(/^(?:#|\s|ENV |Environment=)*([A-Z][A-Z0-9_]+)\s?[=:]/gm)];
  const mentioned = [...text.matchAll(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g)];
  return [...assigned.map(([, name = '']) => name), ...mentioned.map(([name]) => name)];
}

const unknownIn = (text: string) =>
  variablesIn(text).filter((name) => !foreign.has(name) && !(name in Variables.shape));

describe('settings', () => {
  test('that any file names are the product’s', async () => {
    const entries = await readdir(deployDir, { recursive: true, withFileTypes: true });
    // Dashboards have variables of their own, and the secrets are those of this machine.
    const files = entries.filter((entry) => {
      const isOther = entry.name.endsWith('.json') || entry.parentPath.endsWith('secrets');
      return entry.isFile() && !isOther;
    });
    expect(files.length).toBeGreaterThan(30);
    for (const { parentPath, name } of files) {
      const text = await readFile(path.join(parentPath, name), 'utf8');
      expect([name, unknownIn(text)]).toEqual([name, []]);
    }
  });

  test('that do not exist are noticed', () => {
    expect(unknownIn('Environment=PROT=8000\n# DATABASE_URI=x\n  ALOWED: on\n')).toEqual([
      'PROT',
      'DATABASE_URI',
      'ALOWED',
      'DATABASE_URI',
    ]);
  });

  test.each([
    ['systemd', async () => envFile(await read('systemd/matinee.env.example'))],
    ['Kubernetes', kubernetesSettings],
  ])('of %s start a server in production, with a secret', async (_where, settings) => {
    const secret = 'xL3vK8dGm2QwYb7RtPz1NsJf5HcVaE9o';
    const environment = readEnvironment({ ...(await settings()), JWT_SECRET_KEY: secret });
    expect(environment).toMatchObject({ ENVIRONMENT: 'production', TRUST_PROXY: '1' });
  });
});

/** The lines of an environment file. */
function envFile(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => /^[A-Z]/.test(line));
  return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s, 2)));
}

async function kubernetesSettings(): Promise<Record<string, string>> {
  const { data } = await readYaml<{ data: Record<string, string> }>('kubernetes/settings.yaml');
  const { stringData } = await readYaml<{ stringData: Record<string, string> }>(
    'kubernetes/secret.example.yaml',
  );
  return { ...data, ...stringData };
}

test('the limits behind a pooler are those of the server', async () => {
  const database = await createTestDatabase();
  const client = new Client({ connectionString: database.url });
  await client.connect();
  const { user, pathname } = { user: client.user ?? '', pathname: new URL(database.url).pathname };
  const names = `alter role "${user}" in database "${pathname.slice(1)}"`;
  const statements = await read('pgbouncer/limits.sql');
  await client.query(statements.replaceAll(/^alter role matinee in database matinee/gm, names));
  await client.end();

  const next = new Client({ connectionString: database.url });
  await next.connect();
  const { rows } = await next.query<{ name: string; ms: number }>(
    'select name, setting::int as ms from pg_settings where name = any($1)',
    [Object.keys(timeLimits)],
  );
  await next.end();
  await database.drop();
  expect(Object.fromEntries(rows.map(({ name, ms }) => [name, ms]))).toEqual(timeLimits);
});

describe('routes', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());

  const statusOf = async (route: string) => (await fetch(server.url + route)).status;

  test('that probes of Kubernetes ask for exist, on the port of the settings', async () => {
    const { spec } = await readYaml<Deployment>('kubernetes/deployment.yaml');
    const [container] = spec.template.spec.containers;
    const { startupProbe, readinessProbe, livenessProbe, ports } = container ?? {};
    const probes = [startupProbe, readinessProbe, livenessProbe].map((probe) => probe?.httpGet);
    expect(probes.map((probe) => probe?.path)).toEqual([
      '/health/live',
      '/health/ready?of=server',
      '/health/live',
    ]);
    for (const probe of probes) {
      expect(await statusOf(probe?.path ?? '')).toBe(200);
    }
    const { PORT, HOST } = await kubernetesSettings();
    expect([ports, HOST]).toEqual([[{ name: 'http', containerPort: Number(PORT) }], '0.0.0.0']);
  });

  test('that the ingress publishes exist, and the figures are not among them', async () => {
    const { spec } = await readYaml<Ingress>('kubernetes/ingress.yaml');
    const paths = spec.rules.flatMap(({ http }) => http.paths);
    const prefixes = {
      '/trpc': '/trpc/movies.list?input=%7B%22json%22%3A%7B%7D%7D',
      '/uploads': undefined,
      '/webhooks': undefined,
      '/guides': '/guides/rest.md',
    };
    for (const { path: route } of paths) {
      const page = route in prefixes ? prefixes[route as keyof typeof prefixes] : route;
      expect([route, page === undefined ? 200 : await statusOf(page)]).toEqual([route, 200]);
    }
    const publishes = (route: string) =>
      paths.some(({ path: from, pathType }) => {
        return route === from || (pathType === 'Prefix' && route.startsWith(`${from}/`));
      });
    expect(publishes('/api/v1/movies')).toBe(true);
    expect(publishes('/webhooks/stripe')).toBe(true);
    expect(publishes('/metrics')).toBe(false);
  });

  test('that balancers ask for exist', async () => {
    const asked = /(?:uri|health_uri|8000\}?|PORT\}) ?(\/health\/[^\s`'"]+)/g;
    const files = ['haproxy/web.cfg', 'caddy/Caddyfile', 'docker/Dockerfile'];
    for (const file of files) {
      const routes = [...(await read(file)).matchAll(asked)].map(([, route = '']) => route);
      expect([file, routes]).toEqual([file, ['/health/ready?of=server']]);
    }
    expect(await statusOf('/health/ready?of=server')).toBe(200);
  });
});

test('every way to start a server gives new objects the same memory', async () => {
  const files = [
    '../scripts/launch.mjs',
    '../scripts/package.mjs',
    '../scripts/abuse.ts',
    '../bench/servers.ts',
    '../fleet/fleet.ts',
    'docker/Dockerfile',
    'systemd/matinee@.service',
    'package/README.md',
  ];
  for (const file of files) {
    expect([file, await read(file)]).toEqual([
      file,
      expect.stringContaining('--max-semi-space-size=16'),
    ]);
  }
});

test('the failures of proxies are the product’s', async () => {
  const expected = [new UnavailableError(), new RequestError('PAYLOAD_TOO_LARGE')];
  const known = new Map<string, string>(expected.map(({ code, message }) => [code, message]));
  for (const file of ['nginx/matinee.conf', 'haproxy/web.cfg', 'caddy/Caddyfile']) {
    const bodies = [...(await read(file)).matchAll(/['`](\{"success":false.*?\})['`]/g)];
    const failures = bodies.map(([, body = '']) => (JSON.parse(body) as Failure).error);
    expect([file, new Set(failures.map(({ code }) => code))]).toEqual([
      file,
      new Set(['NOT_FOUND', ...known.keys()]),
    ]);
    for (const { code, message, details, requestId } of failures) {
      expect([details, requestId]).toEqual([{}, expect.stringMatching(/^[$%{]/)]);
      expect(message).toBe(known.get(code) ?? 'No route GET /metrics.');
    }
  }
});

interface Failure {
  error: { code: string; message: string; details: object; requestId: string };
}

describe('times and sizes', () => {
  /** `DRAIN_SECONDS`, and what the server takes after it at most (`main.ts`). */
  const longestStop = (drain: string) => Number(drain) + 7.5;

  test('a server is given the time that it needs to stop', async () => {
    const unit = await read('systemd/matinee@.service');
    const { DRAIN_SECONDS: drain = '' } = envFile(await read('systemd/matinee.env.example'));
    expect(Number(/TimeoutStopSec=(\d+)/.exec(unit)?.[1])).toBeGreaterThan(longestStop(drain));

    const { services } = await readYaml<Compose>('docker/compose.yaml');
    for (const name of ['a', 'b']) {
      const { stop_grace_period: grace, environment } = services[name] ?? {};
      expect(Number.parseInt(grace ?? '')).toBeGreaterThan(
        longestStop(environment?.['DRAIN_SECONDS'] ?? ''),
      );
    }

    const { spec } = await readYaml<Deployment>('kubernetes/deployment.yaml');
    const settings = await kubernetesSettings();
    expect(spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(
      longestStop(settings['DRAIN_SECONDS'] ?? ''),
    );
  });

  test('proxies let posters of the largest size through, and give up idle connections first', async () => {
    const { MAX_UPLOAD_SIZE_MB: megabytes } = Variables.parse({});
    const nginx = await read('nginx/matinee.conf');
    const haproxy = await read('haproxy/web.cfg');
    const poster = Number(/poster\$ \{\s*client_max_body_size (\d+)m/.exec(nginx)?.[1]);
    expect(poster).toBeGreaterThan(megabytes);
    const most = Number(/content-length\) gt (\d+)/.exec(haproxy)?.[1]);
    expect(most).toBeGreaterThan(megabytes * 1024 * 1024);
    expect(Number(/keepalive_timeout (\d+)s/.exec(nginx)?.[1])).toBeLessThan(65);
    // HAProxy closes half of its idle connections per interval, so none is older than two of them.
    expect(Number(/pool-purge-delay (\d+)s/.exec(haproxy)?.[1]) * 2).toBeLessThan(65);
  });
});

describe('Compose', () => {
  test('has no secret in it, and mounts what secrets.sh writes', async () => {
    const { services } = await readYaml<Compose>('docker/compose.yaml');
    const names = Object.values(services).flatMap(({ environment }) =>
      Object.keys(environment ?? {}),
    );
    expect(names.filter((name) => /SECRET|TOKEN|PASSWORD$|URL$/.test(name))).toEqual([]);
    const script = await read('docker/secrets.sh');
    const mounted = [...(await read('docker/compose.yaml')).matchAll(/\bsecrets\/([\w.-]+)/g)];
    expect(new Set(mounted.map(([, file]) => file)).size).toBe(5);
    for (const [, file = ''] of mounted) {
      expect(script).toContain(`>${file}`);
    }
  });

  test('its image knows when it is healthy', async () => {
    const [, command = ''] =
      /^HEALTHCHECK .*\\\n +CMD (.*)$/m.exec(await read('docker/Dockerfile')) ?? [];
    const [, ...args] = JSON.parse(command) as string[];
    const server = await startTestServer();
    const { port } = new URL(server.url);
    const probe = () => run(process.execPath, args, { env: { PORT: port } });
    expect(await probe()).toMatchObject({ code: 0, err: '' });
    await server.close();
    expect(await probe()).toMatchObject({ code: 1, err: '' });
  });

  test.skipIf(lacks('openssl'))('its secrets start a server, and are made once', async () => {
    const { dir, remove } = await copyOf('.');
    onTestFinished(remove);
    const script = path.join(dir, 'docker', 'secrets.sh');
    const secret = (name: string) => readFile(path.join(dir, 'docker', 'secrets', name), 'utf8');
    expect(await judge('sh', [script, 'tickets.example.com'])).toEqual({ code: 0, text: '' });
    const settings = envFile(await secret('matinee.env'));
    const environment = readEnvironment({ ...settings, ENVIRONMENT: 'production' });
    expect(environment.ALLOWED_ORIGINS).toEqual(['https://tickets.example.com']);
    const password = (await secret('postgres-password')).trim();
    expect(await secret('userlist.txt')).toBe(`"matinee" "${password}"\n`);
    expect(new URL(environment.DATABASE_URL ?? '')).toMatchObject({
      password,
      host: 'pgbouncer:6432',
    });
    expect(await secret('pgbouncer.ini')).toMatch(/^matinee = host=postgres port=5432/m);

    const before = await secret('matinee.env');
    expect(await judge('sh', [script, 'tickets.example.com'])).toEqual({ code: 0, text: '' });
    expect(await secret('matinee.env')).toBe(before);
  });

  test('limits every service, and tells when each is healthy', async () => {
    const { services } = await readYaml<Compose>('docker/compose.yaml');
    for (const [name, { deploy }] of Object.entries(services)) {
      expect([name, deploy?.resources?.limits]).toEqual([
        name,
        { cpus: expect.any(String), memory: expect.any(String) },
      ]);
    }
    expect(services['proxy']?.healthcheck).toBeDefined();
    expect(await read('docker/Dockerfile')).toMatch(/^USER node$/m);
    expect(await read('docker/Dockerfile')).toMatch(/^STOPSIGNAL SIGTERM$/m);
  });
});

interface Deployment {
  spec: {
    template: {
      spec: {
        terminationGracePeriodSeconds: number;
        containers: (Record<
          'startupProbe' | 'readinessProbe' | 'livenessProbe',
          { httpGet: { path: string } }
        > & { ports: unknown })[];
      };
    };
  };
}

interface Ingress {
  spec: { rules: { http: { paths: { path: string; pathType: string }[] } }[] };
}

interface Compose {
  services: Record<
    string,
    {
      environment?: Record<string, string>;
      stop_grace_period?: string;
      healthcheck?: unknown;
      deploy?: { resources?: { limits?: unknown } };
    }
  >;
}
