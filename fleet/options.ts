import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { faults } from './faults.ts';
import { root } from './fleet.ts';
import type { Settings } from './settings.ts';

/** What was asked for on the command line. */
export interface Options {
  /** Only says which programs are there. */
  check: boolean;
  /** Names of the faults, in their order. */
  only: string[];
  /** Runs of every fault; undefined: as many as each of them has. */
  runs: number | undefined;
  settings: Settings;
  /** Folder of the report. */
  out: string;
}

/** Faults that are not of the database, and how often a full run has them. */
const others: Readonly<Record<string, number>> = {
  'pause-replay': 2,
  stop: 2,
  upgrade: 2,
  'eight-empty': 20,
  'eight-previous': 20,
};

export const faultNames = [...faults.map(({ name }) => name), ...Object.keys(others)];

export function runsOf(name: string, { runs }: Options): number {
  return runs ?? others[name] ?? faults.find((fault) => fault.name === name)?.runs ?? 1;
}

/** @throws Error with a sentence for the person at the terminal */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      check: { type: 'boolean', default: false },
      only: { type: 'string' },
      quick: { type: 'boolean', default: false },
      runs: { type: 'string' },
      etcd: { type: 'string', default: '3' },
      store: { type: 'string', default: 'etcd' },
      pool: { type: 'string', default: 'transaction' },
      port: { type: 'string', default: '24000' },
      data: { type: 'string', default: join(root, '.data/fleet') },
      out: { type: 'string' },
      commit: { type: 'boolean', default: false },
    },
  });
  const wanted = values.only?.split(',').map((name) => name.trim()) ?? faultNames;
  const unknown = wanted.filter((name) => !faultNames.includes(name));
  if (unknown.length > 0) {
    throw new Error(`No fault ${unknown.join(', ')}. There are: ${faultNames.join(', ')}.`);
  }
  const folder = resolve(values.data);
  const committed = join(root, 'fleet/results');
  return {
    check: values.check,
    only: faultNames.filter((name) => wanted.includes(name)),
    runs: values.runs === undefined ? (values.quick ? 1 : undefined) : whole('--runs', values.runs),
    settings: {
      folder,
      port: whole('--port', values.port),
      etcdMembers: whole('--etcd', values.etcd),
      store: oneOf('--store', values.store, ['etcd', 'etcd3']),
      pool: oneOf('--pool', values.pool, ['transaction', 'session', 'none']),
    },
    out: resolve(values.out ?? (values.commit ? committed : join(folder, 'report'))),
  };
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value <= 0) {
    throw new Error(`${name} takes a whole number above 0.`);
  }
  return value;
}

function oneOf<T extends string>(name: string, text: string, all: readonly T[]): T {
  const found = all.find((each) => each === text);
  if (found === undefined) {
    throw new Error(`${name} takes ${all.join(', ')}.`);
  }
  return found;
}
