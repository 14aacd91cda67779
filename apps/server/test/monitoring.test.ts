import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { consequences, errorCodes, OutboxWorker, procedureInfos, sweep } from '@matinee/api';
import { aShowtime, aUser } from '@matinee/api/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startJobs } from '../src/jobs.ts';
import { labelsOf, readSamples } from './exposition.ts';
import type { Samples } from './exposition.ts';
import { startPayingServer } from './server.ts';
import type { TestServer } from './server.ts';

/* What is deployed beside the server names only what the server really reports. */

const deployed = (path: string) =>
  fileURLToPath(new URL(`../../../deploy/${path}`, import.meta.url));
const rules = readFileSync(deployed('prometheus/matinee.rules.yml'), 'utf8');
const rulesTest = readFileSync(deployed('prometheus/matinee.rules.test.yml'), 'utf8');
const dashboard = JSON.parse(readFileSync(deployed('grafana/matinee.json'), 'utf8')) as Dashboard;

interface Panel {
  id: number;
  type: string;
  title: string;
  description?: string;
  gridPos: { x: number; y: number; w: number; h: number };
  fieldConfig?: { defaults: { unit?: string } };
  targets?: { refId: string; expr: string }[];
}
interface Dashboard {
  title: string;
  uid: string;
  panels: Panel[];
  templating: { list: { name: string; definition?: string }[] };
}

const matches = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([, found = '']) => found);
const alerts = matches(rules, /^ +- alert: (\w+)$/gm);
const records = matches(rules, /^ +- record: (\S+)$/gm);
const ruleExpressions = matches(rules, /^ +expr: (.+)$/gm);
const charts = dashboard.panels.filter(({ type }) => type !== 'row');
const panelExpressions = charts.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

let server: TestServer;
let samples: Samples;
let labels: Map<string, Set<string>>;
beforeAll(async () => {
  const url = new URL('postgresql://no-one@127.0.0.1:1/none').href;
  const everything = { rateLimit: true, database: { replicaUrls: [url] } };
  server = await startPayingServer(everything, undefined, { redis: { isUp: true } });
  const { app, metrics } = server;
  const jobs = await startJobs(app, server.posters, metrics);
  await bookAndCancel();
  await sweep(app);
  await new OutboxWorker(app, consequences, metrics.countDelivery).round();
  metrics.observer.repeated('showtimes.lockSeats');
  const ended = 'matinee_job_last_run_timestamp_seconds{job_name="sweep"}';
  await vi.waitUntil(async () => (await readSamples(server.url)).has(ended), 20_000);
  await jobs.stop();
  samples = await readSamples(server.url);
  labels = labelsOf(samples);
});
afterAll(() => server.close());

/** A purchase by REST that is repeated with its key, and its cancellation. */
async function bookAndCancel(): Promise<void> {
  const { showtime, seatIds } = await aShowtime(server.app);
  const user = await aUser(server.app);
  const seats = { showtimeId: showtime.id, seatIds: seatIds.slice(0, 2) };
  await user.call.showtimes.lockSeats(seats);
  const buy = async () => {
    const response = await fetch(`${server.url}/api/v1/reservations`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${user.token}`,
        'content-type': 'application/json',
        'idempotency-key': showtime.id,
      },
      body: JSON.stringify(seats),
    });
    return (await response.json()) as { data: { id: string } };
  };
  const { data } = await buy();
  await buy();
  await user.call.reservations.cancel({ reservationId: data.id });
  await user.call.movies.get({ movieId: randomUUID() }).catch(() => {});
}

/** Labels that Prometheus itself adds to every sample. */
const added = ['instance', 'job'];

/** What an expression names that the page does not have. */
function unknownIn(expression: string): string[] {
  const problems: string[] = [];
  const plain = expression.replaceAll(/"[^"]*"/g, '""');
  const named = matches(plain, /\b((?:matinee|nodejs|process)_\w+|\w+:\w+:\w+)\b/g);
  for (const name of named) {
    if (!records.includes(name) && !labels.has(name)) {
      problems.push(`no metric ${name}`);
    }
  }
  const all = new Set([...labels.values()].flatMap((each) => [...each]).concat(added));
  for (const list of matches(plain, /\b(?:by|on) \(([^)]*)\)/g)) {
    const grouped = list.split(',').map((label) => label.trim());
    problems.push(
      ...grouped.filter((label) => !all.has(label)).map((label) => `no label ${label}`),
    );
  }
  for (const [, name = '', selector = ''] of expression.matchAll(/([\w:]+)\{([^}]*)\}/g)) {
    for (const [, label = '', value = ''] of selector.matchAll(/(\w+)[=!~]+"([^"]*)"/g)) {
      if (name !== 'up' && !records.includes(name) && !labels.get(name)?.has(label)) {
        problems.push(...(added.includes(label) ? [] : [`${name} has no label ${label}`]));
      }
      problems.push(...unknownValues(label, value));
    }
  }
  return problems;
}

/** The values of a matcher that no sample has, and that are no code and no procedure. */
function unknownValues(label: string, value: string): string[] {
  const known = [...errorCodes, ...procedureInfos.keys(), 'matinee', '$instance', 'failed'];
  const isKnown = (each: string) =>
    known.includes(each) || [...samples.keys()].some((name) => name.includes(`${label}="${each}"`));
  const prefixes = [...procedureInfos.keys()];
  return value
    .split('|')
    .filter((each) => {
      const [prefix = ''] = each.split('.*');
      return !isKnown(each) && !(each.endsWith('.*') && prefixes.some((p) => p.startsWith(prefix)));
    })
    .map((each) => `${label} is never ${each}`);
}

describe('the rules for Prometheus', () => {
  test.each(ruleExpressions)('name metrics and labels of the page: %s', (expression) => {
    expect(unknownIn(expression)).toEqual([]);
  });

  test('lead to a section of the guide that says what to do', () => {
    const guide = readFileSync(deployed('../docs/operations.md'), 'utf8');
    const anchors = matches(guide, /^#+ (.+)$/gm).map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-'),
    );
    const named = matches(rules, /operations\.md#([a-z-]+)/g);
    expect(named).toHaveLength(alerts.length);
    expect(named.filter((anchor) => !anchors.includes(anchor))).toEqual([]);
  });

  test('have a severity, a text and a page of the runbook each', () => {
    expect(alerts.length).toBeGreaterThan(20);
    expect(new Set(alerts).size).toBe(alerts.length);
    const parts = rules.split(/^ +- alert: /m).slice(1);
    for (const part of parts) {
      expect(part).toMatch(/^ +severity: (critical|warning)$/m);
      expect(part).toMatch(/^ +summary: \S.+$/m);
      expect(part).toMatch(/^ +description: \S.+$/m);
      expect(part).toMatch(/^ +runbook_url: '\S+\/docs\/operations\.md#[a-z-]+'$/m);
    }
  });

  test('are tested, each alert firing and staying quiet', () => {
    const tested = matches(rulesTest, /^ +alertname: (\w+)$/gm);
    expect(tested.toSorted()).toEqual([...alerts, ...alerts].toSorted());
    const quiet = matches(rulesTest, /^ +alertname: (\w+)\n +exp_alerts: \[\]$/gm);
    expect(quiet.toSorted()).toEqual(alerts.toSorted());
  });
});

describe('the guides', () => {
  const page = (name: string) =>
    readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');

  test.each(matches(page('metrics.md'), /^\|[^|`]+\| `(.+)` \|$/gm))(
    'ask with expressions that the page answers: %s',
    (expression) => {
      expect(expression).toContain('matinee_');
      expect(unknownIn(expression)).toEqual([]);
    },
  );

  test.each(['metrics.md', 'operators.md', 'taking-money.md'])(
    'name metrics that exist: %s',
    (name) => {
      const named = matches(page(name), /`(matinee_[a-z_]+)`/g);
      expect(named.length).toBeGreaterThan(5);
      const exists = (metric: string) => labels.has(metric) || labels.has(`${metric}_count`);
      expect(named.filter((metric) => !exists(metric))).toEqual([]);
    },
  );
});

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

describe.skipIf(!hasPromtool)('promtool', () => {
  test.each([
    ['accepts the rules', ['check', 'rules', 'matinee.rules.yml']],
    ['accepts the configuration', ['check', 'config', '--syntax-only', 'prometheus.yml']],
    ['sees every alert fire and stay quiet', ['test', 'rules', 'matinee.rules.test.yml']],
  ])('%s', (_what, args) => {
    const cwd = deployed('prometheus');
    expect(execFileSync('promtool', args, { cwd, encoding: 'utf8' })).toContain('SUCCESS');
  });
});

describe('the dashboard', () => {
  test.each(panelExpressions)('names metrics and labels of the page: %s', (expression) => {
    expect(unknownIn(expression.replaceAll('$__rate_interval', '1m'))).toEqual([]);
  });

  test('has a unit, a title and a description in every panel, and each id once', () => {
    const { panels } = dashboard;
    expect(charts.length).toBeGreaterThan(20);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(panels.filter(({ title }) => title.trim() === '')).toEqual([]);
    const unit = ({ fieldConfig }: Panel) => fieldConfig?.defaults.unit ?? '';
    expect(charts.filter((panel) => unit(panel) === '' || !panel.description)).toEqual([]);
    expect(charts.filter(({ targets }) => !targets || targets.length === 0)).toEqual([]);
  });

  test('has the rows in order, and no panel on another', () => {
    const rows = dashboard.panels.filter(({ type }) => type === 'row').map(({ title }) => title);
    const wanted = 'Sales, Refusals, Latency, Live maps, Jobs and outbox, Database, Machine';
    expect(rows.join(', ')).toBe(wanted);
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_cell, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(dashboard.panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
  });
});
