import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeMachine, readCommit } from '../scripts/machine.ts';
import type { Answers } from './answers.ts';
import { before } from './before.ts';
import { faults } from './faults.ts';
import { show, verdictsOf } from './outcome.ts';
import type { Figures, Outcome } from './outcome.ts';
import { previous } from './previous.ts';
import type { Found } from './programs.ts';
import type { Settings } from './settings.ts';

/* What a person reads of `npm run fleet`. */

interface Column {
  head: string;
  figure: keyof Figures;
}

const columns: readonly Column[] = [
  { head: 'new primary, s', figure: 'newPrimary' },
  { head: 'first booking after it, s', figure: 'firstBooking' },
  { head: 'longest hole, s', figure: 'hole' },
  { head: 'acknowledged', figure: 'acknowledged' },
  { head: 'lost', figure: 'lost' },
  { head: 'sold twice', figure: 'doubles' },
  { head: 'broken', figure: 'broken' },
  { head: 'servers exited', figure: 'exited' },
  { head: 'viewers back, s', figure: 'viewersBack' },
  { head: 'jobs back, s', figure: 'jobsBack' },
  { head: 'median until 503, s', figure: 'refusalMedian' },
  { head: 'failed requests', figure: 'failed' },
];

/** What the other columns are called in the sections. */
const further: readonly Column[] = [
  { head: 'Unexpected status', figure: 'wrong' },
  { head: 'Longest hole of a viewer, s', figure: 'viewerHole' },
  { head: 'Reconnects of viewers', figure: 'reconnects' },
  { head: 'Servers whose jobs are off', figure: 'jobsOff' },
  { head: 'Most until a 503 of a server, s', figure: 'refusalMost' },
  { head: '503 of a server after more than 1 s', figure: 'refusalsLate' },
  { head: '503 without Retry-After', figure: 'withoutRetryAfter' },
  { head: 'Lists and reports answered', figure: 'reads' },
  { head: 'Lists and reports failed', figure: 'readsFailed' },
  { head: 'From SIGTERM to the exit, s', figure: 'exit' },
  { head: 'Servers ready of eight', figure: 'ready' },
  { head: 'All ready after, s', figure: 'readyAfter' },
  { head: 'Migrations, jobs, movies not there once', figure: 'notOnce' },
  { head: 'Lag said by `/health/ready` after, s', figure: 'noticed' },
  { head: 'Replicas read again after, s', figure: 'recovered' },
  { head: 'Own writes not seen', figure: 'stale' },
];

const others: Readonly<Record<string, string>> = {
  'pause-replay': 'The replay stands still on both replicas, which go on answering',
  stop: 'SIGTERM to one server after the other under load, through a proxy that keeps connections',
  upgrade: `Servers of version ${previous.version} are replaced one after the other under load`,
  'eight-empty': 'Eight servers start simultaneously on an empty database',
  'eight-previous': `Eight servers start simultaneously on the schema of version ${previous.version}`,
};

/** What a run was made with. */
export interface Setting {
  found: readonly Found[];
  settings: Settings;
}

/** One line for the terminal. */
export function describe(outcome: Outcome): string {
  const missed = verdictsOf(outcome)
    .filter(({ isMet }) => !isMet)
    .map(({ says, value, bound }) => `${says}: ${show(value)} (${bound})`);
  const figures = [...columns, ...further]
    .filter(({ figure }) => outcome.figures[figure] !== undefined)
    .map(({ head, figure }) => `${head} ${show(outcome.figures[figure])}`);
  const verdict = missed.length === 0 ? 'met' : `MISSED ${missed.join('; ')}`;
  const answers = outcome.answers.map((each) => `failed: ${describeAnswers(each)}`);
  const [head, ...lines] = [
    `${outcome.fault} ${outcome.run}: ${verdict}`,
    figures.join(', '),
    ...answers,
    outcome.notes.join('; '),
  ];
  return [head, ...lines.map((each) => `  ${each}`)].join('\n');
}

/** After each run, so that one that is cut short has a report as well. */
export async function save(all: readonly Outcome[], setting: Setting, out: string): Promise<void> {
  await mkdir(out, { recursive: true });
  await writeFile(join(out, 'fleet.json'), `${JSON.stringify(all, null, 1)}\n`);
  await writeFile(join(out, 'fleet.md'), report(all, setting));
}

/** The report in Markdown. */
export function report(all: readonly Outcome[], { found, settings }: Setting): string {
  const command = ['npm run fleet --', ...process.argv.slice(2)].join(' ').replace(/ --$/, '');
  const met = all.filter((outcome) => verdictsOf(outcome).every(({ isMet }) => isMet)).length;
  const versions = found.map(({ program, version }) => `${program.name}: ${version ?? 'missing'}`);
  const heads = ['', 'run', ...columns.map(({ head }) => head), 'targets', 'before'];
  return [
    '# A fleet under faults',
    '',
    `${new Date().toISOString().slice(0, 10)}, commit ${readCommit()}, by \`${command}\`.`,
    '',
    `Machine: ${describeMachine()}; Node ${process.version}; ${versions.join('; ')}.`,
    '',
    `All on one machine: etcd with ${settings.etcdMembers} members (Patroni uses \`${settings.store}\`), three ` +
      'nodes of Patroni with PostgreSQL (`synchronous_mode`, ttl 20, loop_wait 5, retry_timeout 5), HAProxy, ' +
      `${pooler(settings)}, and two servers. 20 customers lock two seats, confirm with one key until they are ` +
      'answered, read the booking and cancel 60 % of them. Six viewers watch by the SDK. After each run, every ' +
      'acknowledgement is looked up on the primary, and all invariants are checked.',
    '',
    '**Everything shares the cores of this machine.** Times are upper bounds; counts do not depend on it.',
    '',
    `Runs that met all of their targets: ${met} of ${all.length}.`,
    '',
    line(heads),
    line(heads.map((_head, index) => (index === 0 || index > columns.length + 1 ? '---' : '---:'))),
    ...all.map((outcome, index) => rowOf(outcome, all[index - 1])),
    '',
    `Before (version ${previous.version}, without any pooler): ${before['pooler']}.`,
    '',
    ...names(all).flatMap((name) =>
      section(
        name,
        all.filter(({ fault }) => fault === name),
      ),
    ),
  ].join('\n');
}

function pooler({ pool }: Settings): string {
  return pool === 'none' ? 'no pooler' : `PgBouncer in ${pool} mode`;
}

function names(all: readonly Outcome[]): string[] {
  return [...new Set(all.map(({ fault }) => fault))];
}

/** The first row of a fault has the facts of before. */
function rowOf(outcome: Outcome, above: Outcome | undefined): string {
  const { fault, run, figures } = outcome;
  const missed = verdictsOf(outcome).filter(({ isMet }) => !isMet);
  const verdict =
    missed.length === 0 ? 'met' : `**missed**: ${missed.map(({ says }) => says).join(', ')}`;
  const told = above?.fault === fault ? '' : (before[fault] ?? 'not measured');
  const cells = columns.map(({ figure }) => show(figures[figure]));
  return line([`[${fault}](#${fault})`, String(run), ...cells, verdict, told]);
}

function section(name: string, outcomes: readonly Outcome[]): string[] {
  const does = faults.find((fault) => fault.name === name)?.does ?? others[name] ?? '';
  return [`## ${name}`, '', `${does}.`, '', ...outcomes.flatMap(details)];
}

function details(outcome: Outcome): string[] {
  const { figures, answers, notes, run, date } = outcome;
  const listed = further
    .filter(({ figure }) => figures[figure] !== undefined)
    .map(({ head, figure }) => `- ${head}: ${show(figures[figure])}`);
  const verdicts = verdictsOf(outcome).map(
    ({ says, value, bound, isMet }) =>
      `- ${isMet ? 'Met' : '**Missed**'}: ${says} ${show(value)} (${bound})`,
  );
  return [
    `Run ${run}, ${date.slice(0, 19)}Z: ${notes.map((note) => note.replaceAll('\n', ' ')).join('; ')}.`,
    '',
    ...listed,
    ...answers.map((each) => `- Failure: ${describeAnswers(each)}`),
    ...verdicts,
    '',
  ];
}

function describeAnswers(answers: Answers): string {
  const { status, code, retryAfter, by, count, medianMs, maxMs } = answers;
  const what = status === 0 ? code : `${status} ${code}`.trim();
  const again = retryAfter ? 'with Retry-After' : 'without Retry-After';
  return `${count} × ${what}, from ${by}, ${again}, after ${medianMs} ms (most ${maxMs} ms)`;
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
