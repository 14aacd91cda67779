import { parseArgs } from 'node:util';

/** What was asked for on the command line. */
export interface Options {
  quick: boolean;
  /** Names of the targets to measure: `P1`, `P3`, … */
  only: Set<string>;
  /** Length of one measured round. */
  seconds: number;
  rounds: number;
  /** How long a variant runs before it is measured. */
  warmUpSeconds: number;
  /** Sold seats of the past in the database. */
  history: number;
  /** Folder for the report and the numbers. */
  out: string;
}

export const targetNames = [
  'P1',
  'P1b',
  'P2',
  'P3',
  'P4',
  'P4b',
  'P4c',
  'P5',
  'P6',
  'P8',
  'P9',
  'P9b',
  'P10',
  'P11',
];

/** V8 is still compiling what a new server does; after ten seconds of purchases most of it is done. */
export const fullWarmUpSeconds = 10;

/** @throws Error with a sentence for the person at the terminal */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      seconds: { type: 'string' },
      rounds: { type: 'string' },
      history: { type: 'string' },
      out: { type: 'string' },
    },
  });
  const only = new Set(values.only?.split(',').map(targetOf) ?? targetNames);
  const unknown = [...only].filter((name) => !targetNames.includes(name));
  if (unknown.length > 0) {
    throw new Error(`--only takes ${targetNames.join(',')}, not ${unknown.join(',')}`);
  }
  const { quick } = values;
  return {
    quick,
    only,
    seconds: positive('--seconds', values.seconds, quick ? 3 : 8),
    warmUpSeconds: quick ? 3 : fullWarmUpSeconds,
    rounds: positive('--rounds', values.rounds, quick ? 3 : 5),
    history: positive('--history', values.history, quick ? 30_000 : 300_000),
    out: values.out ?? `${import.meta.dirname}/results`,
  };
}

/** A target's name in its own spelling, however it was typed. */
function targetOf(text: string): string {
  const same = (name: string) => name.toLowerCase() === text.trim().toLowerCase();
  return targetNames.find(same) ?? text;
}

function positive(name: string, text: string | undefined, fallback: number): number {
  const value = text === undefined ? fallback : Number(text);
  if (!Number.isInteger(value) || value <= 0) {
    throw new Error(`${name} takes a whole number above 0`);
  }
  return value;
}
