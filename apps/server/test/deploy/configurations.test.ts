import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { validate } from 'dockerfile-utils';
import { Deployment } from 'kubernetes-models/apps/v1';
import { Ingress, NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, Namespace, PersistentVolumeClaim, Secret, Service } from 'kubernetes-models/v1';
import { afterEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { programOf as programOfPackage, runTool } from '../rest/tool.ts';
import {
  copyOf,
  deployDir,
  freePorts,
  judge,
  lacks,
  makeCertificate,
  ownUser,
} from './programs.ts';
import type { Copy } from './programs.ts';

/*
 * Each configuration in `deploy/`, judged by the program that reads it, and one of its kind that is broken.
 */

let copy: Copy | undefined;
afterEach(() => copy?.remove());

/** A copy of a folder of `deploy/` for this test. */
async function use(part: string, replacements: Record<string, string> = {}): Promise<Copy> {
  copy = await copyOf(part);
  await copy.change(replacements);
  return copy;
}

describe.skipIf(lacks('haproxy'))('HAProxy', () => {
  async function check(changes: Record<string, string>) {
    const { dir, change } = await use('haproxy', { ...changes, ...ownUser });
    await makeCertificate(dir);
    await change({ '/etc/haproxy/matinee.pem': path.join(dir, 'both.pem') });
    const [web = '', database = ''] = await Promise.all(
      ['web.cfg', 'database.cfg'].map((name) => readFile(path.join(dir, name), 'utf8')),
    );
    const both = path.join(dir, 'both.cfg');
    await writeFile(both, web + database.replace(/^global\n(?: .*\n)+/m, ''));
    const files = ['web.cfg', 'database.cfg', 'both.cfg'].map((name) => path.join(dir, name));
    return Promise.all(files.map((file) => judge('haproxy', ['-c', '-f', file])));
  }

  test('takes each configuration and both together, without a warning', async () => {
    for (const { code, text } of await check({})) {
      expect([code, text]).toEqual([0, 'Configuration file is valid\n']);
    }
  });

  test('notices a broken one', async () => {
    const [web, database] = await check({
      'retry-on conn-failure': 'retry-on anything',
      'default-server inter 1s': 'default-server inter often',
    });
    expect(web).toMatchObject({ code: 1, text: expect.stringContaining('retry-on') });
    expect(database).toMatchObject({
      code: 1,
      text: expect.stringContaining('unexpected character'),
    });
  });
});

describe.skipIf(lacks('nginx'))('nginx', () => {
  async function check(changes: Record<string, string>) {
    const { dir, change } = await use('nginx', changes);
    await makeCertificate(dir);
    await change({
      '/etc/ssl/matinee/fullchain.pem': path.join(dir, 'certificate.pem'),
      '/etc/ssl/matinee/privkey.pem': path.join(dir, 'key.pem'),
    });
    const main = path.join(dir, 'nginx.main');
    const text = `pid ${dir}/nginx.pid; error_log stderr; events {} http { include ${dir}/*.conf; }`;
    await writeFile(main, text);
    return judge('nginx', ['-t', '-c', main]);
  }

  test('takes the configuration, without a warning', async () => {
    const { code, text } = await check({});
    expect([code, text]).toEqual([0, expect.not.stringContaining('[warn]')]);
  });

  test('notices a broken one', async () => {
    const { code, text } = await check({ 'error_page 418 = @once;': 'error_page 418 once' });
    expect([code, text]).toEqual([1, expect.stringContaining('[emerg]')]);
  });
});

describe.skipIf(lacks('systemd-analyze'))('systemd', () => {
  const units = ['matinee@8000.service', 'matinee-backup.service', 'matinee-backup.timer'];

  async function verify(changes: Record<string, string>) {
    // The program of the unit has to exist on this machine.
    const { dir } = await use('systemd', { ...changes, '/usr/bin/node': process.execPath });
    const files = [...units, 'matinee.target'].map((name) => path.join(dir, name));
    return judge('systemd-analyze', ['verify', '--man=no', ...files]);
  }

  test('takes the units', async () => {
    expect(await verify({})).toEqual({ code: 0, text: '' });
  });

  test('notices a broken one', async () => {
    const { text } = await verify({ 'ProtectSystem=strict': 'ProtectSystem=always' });
    expect(text).toContain('Failed to parse protect system value');
  });

  test.each(['matinee@.service', 'matinee-backup.service'])('finds %s closed', async (unit) => {
    const exposure = async (changes: Record<string, string>) => {
      const { dir } = await use('systemd', changes);
      const args = ['security', '--offline=yes', '--threshold=20', path.join(dir, unit)];
      return (await judge('systemd-analyze', args)).code;
    };
    expect(await exposure({})).toBe(0);
    const open = {
      'ProtectSystem=strict': '',
      'NoNewPrivileges=yes': '',
      'CapabilityBoundingSet=': '',
      'SystemCallFilter=@system-service': '',
    };
    expect(await exposure(open)).toBe(1);
  });
});

describe.skipIf(lacks('patroni'))('Patroni', () => {
  /** The ports have to be free, and the address must not be the first of this machine alone. */
  async function check(changes: Record<string, string>) {
    const [api, postgres] = await freePorts(2);
    const { dir } = await use('patroni', {
      '10.0.0.11:8008': `127.0.0.2:${api}`,
      '10.0.0.11:5432': `127.0.0.2:${postgres}`,
      ...changes,
    });
    return judge('patroni', ['--validate-config', path.join(dir, 'patroni.yml')]);
  }

  test('takes the configuration', async () => {
    expect(await check({})).toEqual({ code: 0, text: '' });
  });

  test('notices a broken one', async () => {
    const { code, text } = await check({
      'bin_dir: /usr/lib/postgresql/15/bin': 'bin_dir: /nowhere',
    });
    expect([code, text]).toEqual([1, expect.stringContaining('bin_dir')]);
  });
});

describe('the version of Patroni', () => {
  /** The check with a program that says that it is this version. */
  async function check(version: string) {
    const script = path.join(deployDir, 'patroni', 'check-version.sh');
    const { dir } = await use('patroni');
    const program = path.join(dir, 'patroni');
    await judge('sh', [
      '-c',
      `printf '#!/bin/sh\necho patroni ${version}\n' >$0 && chmod 755 $0`,
      program,
    ]);
    return judge('sh', [script, program]);
  }

  test.each(['3.0.3', '3.1.0', '3.10.0', '4.0.6', '4.1.0rc1'])(
    '%s is accepted',
    async (version) => {
      expect(await check(version)).toEqual({ code: 0, text: '' });
    },
  );

  test.each(['3.0.2', '3.0.0', '2.1.7', '1.6.5'])(
    '%s loses bookings, and is refused',
    async (version) => {
      const sentence = `Patroni ${version} can lose bookings that were acknowledged: install 3.0.3 or newer.\n`;
      expect(await check(version)).toEqual({ code: 1, text: sentence });
    },
  );
});

describe('Kubernetes', () => {
  const files = async () => {
    const names = await readdir(path.join(deployDir, 'kubernetes'));
    return names.filter((name) => name !== 'kustomization.yaml');
  };

  test('its schemas take the manifests', async () => {
    const checked: string[] = [];
    for (const file of await files()) {
      const text = await readFile(path.join(deployDir, 'kubernetes', file), 'utf8');
      checked.push(checkManifest(text));
    }
    expect(checked.toSorted()).toEqual(Object.keys(models).toSorted());
  });

  test('its schemas notice a broken one', async () => {
    const text = await readFile(path.join(deployDir, 'kubernetes', 'deployment.yaml'), 'utf8');
    const broken = text.replace('replicas: 2', 'replicas: two');
    expect(() => checkManifest(broken)).toThrow('replicas must be integer');
  });

  test.skipIf(lacks('kubectl'))(
    'kustomize takes the manifests, and notices a missing one',
    async () => {
      const { dir, change } = await use('kubernetes');
      expect(await judge('kubectl', ['kustomize', dir])).toMatchObject({ code: 0 });
      await change({ '- posters.yaml': '- pictures.yaml' });
      expect(await judge('kubectl', ['kustomize', dir])).toMatchObject({ code: 1 });
    },
  );
});

/** The kinds of our manifests, by group and kind, each with the schema of its release. */
const models: Record<string, new (data: never) => { validate(): void }> = {
  'v1 Namespace': Namespace,
  'v1 ConfigMap': ConfigMap,
  'v1 Secret': Secret,
  'v1 Service': Service,
  'v1 PersistentVolumeClaim': PersistentVolumeClaim,
  'apps/v1 Deployment': Deployment,
  'networking.k8s.io/v1 Ingress': Ingress,
  'networking.k8s.io/v1 NetworkPolicy': NetworkPolicy,
  'policy/v1 PodDisruptionBudget': PodDisruptionBudget,
};

/** @returns group and kind. @throws Error for a manifest that its schema does not take */
function checkManifest(text: string): string {
  const manifest = parse(text) as { apiVersion: string; kind: string };
  const name = `${manifest.apiVersion} ${manifest.kind}`;
  const Model = models[name];
  if (!Model) {
    throw new Error(`No schema for ${name}`);
  }
  new Model(manifest as never).validate();
  return name;
}

describe('Compose', () => {
  const linter = programOfPackage('dclint', 'bin/dclint.cjs', import.meta.url);
  const lint = (dir: string) =>
    runTool(linter, ['--max-warnings', '0', path.join(dir, 'compose.yaml')]);

  test('its linter takes the file, schema and all', async () => {
    const { code, out, err } = await lint(path.join(deployDir, 'docker'));
    expect([code, out, err]).toEqual([0, expect.any(String), expect.any(String)]);
  });

  test('its linter notices a broken one', async () => {
    const { dir } = await use('docker', { 'condition: service_healthy': 'condition: healthy' });
    const { code, out } = await lint(dir);
    expect([code, out]).toEqual([1, expect.stringContaining('depends_on')]);
  });
});

describe('the Dockerfiles', () => {
  const problems = (text: string) => validate(text).map(({ message }) => message);
  const read = (name: string) => readFile(path.join(deployDir, 'docker', name), 'utf8');

  test.each(['Dockerfile', 'pgbouncer.Dockerfile'])('%s has no problem', async (name) => {
    expect(problems(await read(name))).toEqual([]);
  });

  test('a broken one has some', async () => {
    const text = await read('Dockerfile');
    expect(problems(text.replace('EXPOSE 8000', 'EXPOSE http'))).toHaveLength(1);
    expect(problems(text.replace('STOPSIGNAL SIGTERM', 'STOPSIGNAL'))).toHaveLength(1);
    const unknown = problems(text.replace('WORKDIR', 'WORKDIRECTORY'));
    expect(unknown).toContain('Unknown instruction: WORKDIRECTORY');
  });
});
