import { readFile } from 'node:fs/promises';
import { describeMachine, readCommit } from './machine.ts';

/* What a person gets to see of a torture run. */

/** The figures of a run. */
export interface Figures {
  rounds: number;
  tally: Record<string, number>;
  /** Calls by kind and outcome, as in `confirm ok`. */
  calls: Record<string, number>;
  doubles: number;
  lost: number;
  /** Histories of a seat in a round, and those with too many possible orders to try them all. */
  histories: number;
  undecided: number;
  problems: string[];
  serverKills: number;
  databaseKills: number;
  /** Seconds from the kill of a server to the first answer of the one that takes its place. */
  serverRecoveries: number[];
  /** Seconds from the kill of PostgreSQL to the first success of a request that came later. */
  databaseRecoveries: number[];
}

/** A run of the torture, as far as it is reported. */
export interface Standing {
  readonly figures: Figures;
  /** By `performance.now()`. */
  readonly began: number;
  /** Sold since the last round ended. */
  readonly soldInRound: number;
}

/** What was asked for on the command line, and the database that it ran on. */
export interface Settings {
  minutes: number;
  seed: number;
  servers: string;
  clients: string;
  postgresVersion: string;
}

const refusals = [
  'SEATS_UNAVAILABLE',
  'LOCK_EXPIRED',
  'LOCK_EXTENSION_LIMIT',
  'SEAT_LIMIT_EXCEEDED',
  'IDEMPOTENCY_CONFLICT',
  'UNAVAILABLE',
];

/** One line, while it runs. */
export function progress(torture: Standing): string {
  const { figures, began, soldInRound } = torture;
  const { tally, calls, serverKills, databaseKills } = figures;
  const elapsed = Math.round((performance.now() - began) / 1_000);
  const told = refusals.map((code) => `${code} ${tally[code] ?? 0}`).join(', ');
  const sold = (calls['confirm ok'] ?? 0) + soldInRound;
  const back = [figures.serverRecoveries, figures.databaseRecoveries].map(median);
  return [
    `${elapsed} s, round ${figures.rounds + 1}: ${tally.attempts ?? 0} attempts, ${sold} sold`,
    told,
    `killed ${serverKills} servers, ${databaseKills} databases`,
    `back after ${back.map((each) => each.toFixed(1)).join(' s, ')} s`,
    `doubles ${figures.doubles}, lost ${figures.lost}`,
  ].join('; ');
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function seconds(numbers: readonly number[]): string {
  if (numbers.length === 0) {
    return 'none';
  }
  const most = Math.max(...numbers);
  return `median ${median(numbers).toFixed(2)}, most ${most.toFixed(2)} (of ${numbers.length})`;
}

/** A line of the table of all runs. */
interface Run {
  name: string;
  counts: readonly number[];
}

/** The committed report, with the runs that it has already and their sum. */
export async function report(torture: Standing, settings: Settings, file: string): Promise<string> {
  const { figures, began } = torture;
  const { minutes, seed, servers, clients, postgresVersion } = settings;
  const { tally, calls, problems } = figures;
  const number = (value: number | undefined) => (value ?? 0).toLocaleString('en');
  const ranMinutes = (performance.now() - began) / 60_000;
  const kept = ['lock ok', 'extend ok', 'unlock ok'].map((name) => number(calls[name])).join(', ');
  const rows: [string, string][] = [
    ['Seed', String(seed)],
    ['Duration', `${ranMinutes.toFixed(1)} minutes, ${figures.rounds} rounds`],
    ['Machine', describeMachine()],
    ['Commit', readCommit()],
    ['Versions', `Node ${process.version}, PostgreSQL ${postgresVersion} (fsync on)`],
    ['Servers, customers', `${servers}, ${clients}`],
    ['Contested attempts', number(tally.attempts)],
    ['Requests, repetitions included', number(tally.requests)],
    ['Locked, extended, given back', kept],
    ['Sold, cancelled', `${number(calls['confirm ok'])}, ${number(calls['cancel ok'])}`],
    ...refusals.map((code): [string, string] => [`Refused: ${code}`, number(tally[code])]),
    ['Broken connections', number(tally['broken connections'])],
    ['Calls with an unknown outcome', number(tally.unknown)],
    ['Servers killed (SIGKILL)', number(figures.serverKills)],
    ['PostgreSQL killed (SIGKILL)', number(figures.databaseKills)],
    ['Server back, seconds', seconds(figures.serverRecoveries)],
    ['PostgreSQL back, seconds', seconds(figures.databaseRecoveries)],
    ['Histories of a seat, undecided', `${number(figures.histories)}, ${figures.undecided}`],
    ['**Seats sold twice**', `**${number(figures.doubles)}**`],
    ['**Acknowledgements lost**', `**${number(figures.lost)}**`],
    ['**Other violations**', `**${number(problems.length - figures.doubles - figures.lost)}**`],
  ];
  return [
    '# Torture',
    '',
    `${new Date().toISOString().slice(0, 10)}, by`,
    `\`npm run torture -- --minutes ${minutes} --seed ${seed}\`.`,
    'Each round the history of all answers, the acknowledgements and the invariants were checked.',
    '',
    '| | |',
    '|---|---|',
    ...rows.map(([name, value]) => `| ${name} | ${value} |`),
    ...(problems.length > 0 ? ['', '```', ...problems.slice(0, 20), '```'] : []),
    '',
    ...sumOf([...(await readRuns(file)), runOf(torture)]),
    '',
  ].join('\n');
}

/** One line of the table of all runs: its columns are added up. */
function runOf({ figures }: Standing): Run {
  const { tally, serverKills, databaseKills, doubles, lost, problems } = figures;
  const others = problems.length - doubles - lost;
  const day = new Date().toISOString().slice(0, 10);
  const counts = [tally.attempts ?? 0, serverKills, databaseKills, doubles, lost, others];
  return { name: `${day}, ${readCommit()}`, counts };
}

/** The runs that the report has already, so that they add up from one to the next. */
async function readRuns(file: string): Promise<Run[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const rows = text.split('\n').filter((line) => /^\| \d{4}-\d\d-\d\d, /.test(line));
  return rows.map((line) => {
    const [, name = '', ...cells] = line.split('|').map((cell) => cell.trim());
    return { name, counts: cells.slice(0, -1).map((cell) => Number(cell.replaceAll(',', ''))) };
  });
}

function sumOf(runs: readonly Run[]): string[] {
  const total = runs.reduce<number[]>(
    (sum, { counts }) => counts.map((count, index) => count + (sum[index] ?? 0)),
    [],
  );
  const line = (name: string, counts: readonly number[]) =>
    `| ${name} | ${counts.map((count) => count.toLocaleString('en')).join(' | ')} |`;
  return [
    '## All runs',
    '',
    '| run | attempts | servers killed | PostgreSQL killed | sold twice | lost | other |',
    '|---|---:|---:|---:|---:|---:|---:|',
    ...runs.map(({ name, counts }) => line(name, counts)),
    line('**together**', total),
  ];
}
