import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { bound, figure, isMet } from './bench.ts';
import type { Finding } from './bench.ts';
import { median } from './load.ts';
import type { Measured } from './load.ts';
import type { Options } from './options.ts';
import { plot, plotLines } from './plot.ts';
import type { Profile } from './profile.ts';
import { root } from './servers.ts';

/** Everything a run came to. */
export interface Results {
  date: string;
  commit: string;
  command: string;
  machine: { cpu: string; cores: number; memoryGib: number; node: string; postgres: string };
  options: { seconds: number; rounds: number; history: number };
  /** How often the invariants were looked at; a run in which one is broken has no report. */
  soundnessChecks: number;
  findings: Finding[];
  profiles: Profile[];
}

export function newResults(options: Options, postgresVersion: string): Results {
  const [first, ...others] = cpus();
  const { seconds, rounds, history } = options;
  return {
    date: new Date().toISOString(),
    commit: readCommit(),
    command: ['npm run bench --', ...process.argv.slice(2)].join(' '),
    machine: {
      cpu: first?.model.trim() ?? 'unknown',
      cores: others.length + 1,
      memoryGib: Math.round(totalmem() / 1024 ** 3),
      node: process.version,
      postgres: postgresVersion,
    },
    options: { seconds, rounds, history },
    soundnessChecks: 0,
    findings: [],
    profiles: [],
  };
}

function readCommit(): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  try {
    const status = git('status', '--porcelain', '--', 'apps', 'packages');
    const changed = status.split('\n').filter(Boolean);
    const dirty = changed.length === 0 ? '' : ` with ${changed.length} files changed since`;
    return `${git('rev-parse', '--short', 'HEAD')}${dirty}`;
  } catch {
    return 'unknown';
  }
}

/** Writes the report, its numbers and its plot. */
export async function writeReport(folder: string, results: Results): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}/bench.json`, `${JSON.stringify(results, null, 1)}\n`);
  await writeFile(`${folder}/bench.svg`, plot(results.findings));
  for (const { target, lines } of results.findings) {
    if (lines) {
      await writeFile(`${folder}/${nameOfPlot(target)}`, plotLines(lines));
    }
  }
  await writeFile(`${folder}/bench.md`, markdown(results));
}

const nameOfPlot = (target: string) => `${target.toLowerCase()}.svg`;

function markdown(results: Results): string {
  const { machine, options } = results;
  return [
    '# How fast it is',
    '',
    `${results.date}, commit ${results.commit}.`,
    '',
    `Machine: ${machine.cores} × ${machine.cpu}, ${machine.memoryGib} GiB; Node ${machine.node}, ` +
      `PostgreSQL ${machine.postgres}, fsync on.`,
    '',
    `Command: \`${results.command}\` (rounds of ${options.seconds} s, ${options.rounds} of each, ` +
      `A B A B; ${options.history.toLocaleString('en')} sold seats of history).`,
    '',
    'A ratio is the median over the rounds of the figures measured side by side. CPU is what a ' +
      'request costs the server and PostgreSQL: what else the machine does hardly moves it.',
    '',
    ...yardsticks,
    '',
    `All ${machine.cores} cores are shared, and no process is pinned to one. One server has load at ` +
      'a time and the other servers are idle; PostgreSQL and the generator, one process, run on ' +
      'the same cores and take their part of them. The tables show how many cores each used.',
    '',
    `Cores busy with something else during the rounds: ${otherCores(results.findings)} on average.`,
    '',
    `Oversold seats: 0. The invariants were run ${results.soundnessChecks} times: nothing found.`,
    '',
    '![Every figure beside its target](bench.svg)',
    '',
    ...verdictTable(results.findings),
    ...results.findings.flatMap(findingSection),
    ...(results.profiles.length > 0 ? ['## What takes the time', ''] : []),
    ...results.profiles.flatMap(profileSection),
  ].join('\n');
}

const yardsticks = [
  '- **raw**: `node:http` and `pg` with our own statements.',
  '- **bare**: `node:http` and `pg`, one minimal statement per step on a table of its own.',
  '- **walls**: `node:http` and `pg`, one statement per step that writes the claims, the ' +
    'reservation, its seats and its event, with primary keys, unique keys and foreign keys on.',
  '- **ordinary**: our own writing of a usual booking program, with Express, Knex and ' +
    'jsonwebtoken; one seat per request, in one transaction of a user look-up, a seat update and ' +
    'a booking insert.',
];

function otherCores(findings: Finding[]): string {
  const all = findings.flatMap(({ rounds }) => Object.values(rounds).flat());
  const sum = all.reduce((total, round) => total + round.otherCores, 0);
  return (sum / Math.max(1, all.length)).toFixed(1);
}

function verdictTable(findings: Finding[]): string[] {
  const rows = findings.flatMap(({ target, verdicts }) =>
    verdicts.map((verdict) => {
      const mark = isMet(verdict) ? 'met' : '**missed**';
      return `| ${target} | ${verdict.what} | ${figure(verdict)} | ${bound(verdict)} | ${mark} |`;
    }),
  );
  return ['| # | figure | found | target | |', '|---|---|---:|---:|---|', ...rows, ''];
}

interface Column {
  head: string;
  show: (rounds: Measured[]) => string;
}

const columns: Column[] = [
  { head: 'requests/s', show: (rounds) => count(median(ratesOf(rounds))) },
  {
    head: 'from–to',
    show: (rounds) =>
      `${count(Math.min(...ratesOf(rounds)))}–${count(Math.max(...ratesOf(rounds)))}`,
  },
  { head: 'seats/s', show: (rounds) => seatsPerSecond(rounds) },
  { head: 'p50 ms', show: (rounds) => milliseconds(of(rounds, 'p50')) },
  { head: 'p99 ms', show: (rounds) => milliseconds(of(rounds, 'p99')) },
  {
    head: 'CPU ms, server + PostgreSQL',
    show: (rounds) => cpuKeys.map((key) => of(rounds, key).toFixed(2)).join(' + '),
  },
  {
    head: 'cores, server + PostgreSQL + generator',
    show: (rounds) =>
      [...cpuKeys, 'generatorMs' as const].map((key) => coresOf(rounds, key)).join(' + '),
  },
];

const cpuKeys = ['serverMs', 'postgresMs'] as const;

function findingSection({ target, title, rounds, notes, lines }: Finding): string[] {
  const all = Object.values(rounds).flat();
  const sells = all.some((round) => round.seatsPerSecond !== undefined);
  const shown = columns.filter(({ head }) => sells || head !== 'seats/s');
  const rows = Object.entries(rounds).map(
    ([name, measured]) => `| ${[name, ...shown.map(({ show }) => show(measured))].join(' | ')} |`,
  );
  const head = [
    `| ${['', ...shown.map((column) => column.head)].join(' | ')} |`,
    `|---|${'---:|'.repeat(shown.length)}`,
  ];
  return [
    `## ${target}: ${title}`,
    '',
    ...(rows.length > 0 ? [...head, ...rows, ''] : []),
    ...(lines ? [`![${title}](${nameOfPlot(target)})`, ''] : []),
    ...notes.flatMap((note) => [note, '']),
  ];
}

function ratesOf(rounds: Measured[]): number[] {
  return rounds.map((round) => round.requestsPerSecond);
}

function seatsPerSecond(rounds: Measured[]): string {
  const seats = rounds.map((round) => round.seatsPerSecond ?? Number.NaN);
  return seats.some(Number.isNaN) ? '' : count(median(seats));
}

function of(rounds: Measured[], key: 'p50' | 'p99' | 'serverMs' | 'postgresMs'): number {
  return median(rounds.map((round) => round[key]));
}

function coresOf(rounds: Measured[], key: 'serverMs' | 'postgresMs' | 'generatorMs'): string {
  return median(rounds.map((round) => (round[key] * round.requestsPerSecond) / 1000)).toFixed(2);
}

function milliseconds(value: number): string {
  return value.toFixed(value < 100 ? 1 : 0);
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en');
}

function profileSection({ name, cores, packages, functions, sql }: Profile): string[] {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  const list = (shares: { name: string; share: number }[]) =>
    shares.map((each) => `${each.name} ${percent(each.share)}`).join(' · ');
  const used = Object.entries(cores).map(([side, value]) => `${side} ${value.toFixed(2)}`);
  const inSql = sql.map((each) => `${each.name} ${each.selfUs} µs`).join(' · ');
  return [
    `### ${name}`,
    '',
    `Cores: ${used.join(' · ')}.`,
    '',
    `The product’s busy time by owner: ${list(packages)}.`,
    '',
    `By function: ${list(functions)}.`,
    '',
    ...(inSql === '' ? [] : [`Database functions, own time per call: ${inSql}.`, '']),
  ];
}
