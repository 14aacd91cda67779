import { cpus } from 'node:os';
import type { Attack } from '../apps/server/test/abuse/attack.ts';
import { bounds, growthMib, quantile, reasonsAgainst } from '../apps/server/test/abuse/play.ts';
import type { Phase, Played } from '../apps/server/test/abuse/play.ts';
import { describeMachine, readCommit } from './machine.ts';

/* What a person reads of `npm run abuse`. */

interface Column {
  head: string;
  show: (played: Played) => string;
}

const columns: Column[] = [
  { head: 'p99 alone', show: ({ alone }) => ms(p99(alone)) },
  { head: 'p99 attacked', show: ({ attacked }) => ms(p99(attacked)) },
  { head: 'sign-in alone', show: ({ alone }) => ms(worst(alone.served.signIns)) },
  { head: 'sign-in attacked', show: ({ attacked }) => ms(worst(attacked.served.signIns)) },
  { head: '`/health/live` alone', show: ({ alone }) => ms(worst(alone.served.health)) },
  { head: '`/health/live` attacked', show: ({ attacked }) => ms(worst(attacked.served.health)) },
  { head: 'memory', show: (played) => `+${Math.round(growthMib(played))} MiB` },
  { head: 'CPU, server', show: ({ attacked }) => seconds(attacked.serverCpuSeconds) },
  {
    head: 'CPU, attacker',
    show: ({ attacked }) => seconds(attacked.attacked?.cpuSeconds ?? Number.NaN),
  },
  {
    head: 'CPU, all processes',
    show: ({ attacked }) =>
      `${seconds(attacked.machineCpuSeconds)} of ${seconds(attacked.seconds * cpus().length)}`,
  },
  {
    head: 'bound',
    show: ({ attack, attacked }) => (isKept(attack, attacked) ? 'kept' : 'not kept'),
  },
];

/** What a person reads of an attack at the terminal while the others go on. */
export function abuseLine(played: Played): string {
  const { attack, alone, attacked } = played;
  const refused = Object.entries(attacked.attacked?.tally.answers ?? {}).map(
    ([status, count]) => `${count} × ${status}`,
  );
  const cut = attacked.attacked?.tally.cut ?? 0;
  return [
    `${attack.name}: ${verdict(played)}`,
    `  p99 of customers ${ms(p99(attacked))}, alone ${ms(p99(alone))}; memory +${Math.round(growthMib(played))} MiB`,
    `  answers to the attacker: ${[...refused, `${cut} connections cut`].join(', ')}`,
  ].join('\n');
}

interface Run {
  /** Of each phase. */
  seconds: number;
  /** Who kept the servers busy before, and for how long. */
  readers: number;
  busySeconds: number;
}

/** The report in Markdown. */
export function abuseReport(all: readonly Played[], run: Run): string {
  const held = all.filter((played) => reasonsAgainst(played).length === 0).length;
  const rows = all.map((played) => [
    `[${played.attack.name}](#${played.attack.name})`,
    ...columns.map(({ show }) => show(played)),
    verdict(played),
  ]);
  const heads = ['', ...columns.map(({ head }) => head), 'verdict'];
  const command = ['npm run abuse --', ...process.argv.slice(2)].join(' ').replace(/ --$/, '');
  return [
    '# Attacks on availability',
    '',
    `${new Date().toISOString().slice(0, 10)}, commit ${readCommit()}, by \`${command}\`.`,
    '',
    `Machine: ${describeMachine()}; Node ${process.version}.`,
    '',
    `Each attack meets a built server and a database of its own. First ${run.readers} readers keep the ` +
      `server busy for ${run.busySeconds} s, because V8 takes memory under any load and keeps it. Then ` +
      'four honest customers browse, lock seats and book, 20 steps per second in all, and another one ' +
      `signs in twice a second. They are alone for ${run.seconds} s, and then attacked for at least ` +
      `${run.seconds} s.`,
    '',
    '**The attacker, the server, PostgreSQL and the honest customers share all cores.** What the ' +
      'attacker uses is missing to the server, which an attacker from outside would leave to it: ' +
      'the table has the CPU seconds of both during the attack, and of all processes of the machine. ' +
      'Latencies are therefore upper bounds; counts do not depend on the machine, and neither does ' +
      'the column of the bound: it says whether the server refused what it should refuse.',
    '',
    `An attack was withstood (held) if every honest request had its success, the p99 of the steps ` +
      `was at most ${bounds.p99Factor} times the p99 alone or ${bounds.p99LeastMs} ms, memory grew ` +
      `by less than ${bounds.growthMib} MiB, the server did not end, at most ` +
      `${bounds.idleInTransaction} connections to the database were idle in a transaction, and the ` +
      'bound itself was kept. Sign-in and `/health/live` are the slowest of all requests.',
    '',
    `Held: ${held} of ${all.length}.`,
    '',
    line(heads),
    line(heads.map((_head, index) => (index === 0 || index === heads.length - 1 ? '---' : '---:'))),
    ...rows.map(line),
    '',
    ...all.flatMap(section),
  ].join('\n');
}

function section(played: Played): string[] {
  const { attack, alone, attacked } = played;
  const { served, attacked: attackers } = attacked;
  const { answers = {}, cut = 0, figures = {}, longestAnswer = 0 } = attackers?.tally ?? {};
  const reasons = reasonsAgainst(played);
  const listed: [string, string][] = [
    ['Items', attack.items],
    ['Attack', attack.does],
    ['Wanted', attack.wanted],
    ['Responses by status', list(answers)],
    ['Connections closed without a response', String(cut)],
    ['Longest response', `${longestAnswer.toLocaleString('en')} bytes`],
    ...Object.entries(figures).map(([name, count]): [string, string] => [
      name.charAt(0).toUpperCase() + name.slice(1),
      String(count),
    ]),
    [
      'Honest steps served, alone and attacked',
      `${alone.served.steps.length}, ${served.steps.length}`,
    ],
    ['Honest requests without success', list(served.refused)],
    ['Connections idle in a transaction', String(attacked.idleInTransaction)],
    ['Seconds', attacked.seconds.toFixed(0)],
    ['Verdict', reasons.length === 0 ? 'held' : `**not held**: ${reasons.join('; ')}`],
  ];
  return [`## ${attack.name}`, '', ...listed.map(([name, value]) => `- ${name}: ${value}`), ''];
}

function verdict(played: Played): string {
  return reasonsAgainst(played).length === 0 ? 'held' : '**not held**';
}

/** Whether the server did what is wanted, however long the customers waited. */
function isKept(attack: Attack, { attacked }: Phase): boolean {
  return attacked !== undefined && attack.letThrough(attacked.tally) === undefined;
}

function p99({ served }: Phase): number {
  return quantile(served.steps, 0.99);
}

function worst(times: readonly number[]): number {
  return times.length === 0 ? Number.NaN : Math.max(...times);
}

function ms(value: number): string {
  return Number.isNaN(value) ? 'none' : `${Math.round(value)} ms`;
}

function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}

function list(counts: Record<string, number>): string {
  const entries = Object.entries(counts).map(([what, count]) => `${count} × ${what}`);
  return entries.length === 0 ? 'none' : entries.join(', ');
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
