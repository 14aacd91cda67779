import type { Rounds } from './load.ts';
import type { Options } from './options.ts';
import type { Server } from './servers.ts';
import type { Stage } from './stage.ts';

/** What every target is measured with. */
export interface Bench {
  options: Options;
  stage: Stage;
  product: Server;
  raw: Server;
  bare: Server;
}

/** One figure beside what it should be. */
export interface Verdict {
  what: string;
  value: number;
  target: number;
  moreIsBetter: boolean;
  unit?: string;
}

/** What was found out about one target. */
export interface Finding {
  target: string;
  title: string;
  rounds: Rounds;
  verdicts: Verdict[];
  notes: string[];
  /** What was seen over time; drawn beside the notes. */
  lines?: Line[];
}

/** A figure over the minutes of a run. */
export interface Line {
  name: string;
  points: readonly { minute: number; value: number }[];
}

export function isMet({ value, target, moreIsBetter }: Verdict): boolean {
  return moreIsBetter ? value >= target : value <= target;
}

export function atLeast(what: string, value: number, target: number): Verdict {
  return { what, value, target, moreIsBetter: true };
}

export function atMost(what: string, value: number, target: number): Verdict {
  return { what, value, target, moreIsBetter: false };
}

export function inUnit(unit: string, verdict: Verdict): Verdict {
  return { ...verdict, unit };
}

export function figure({ value, unit }: Verdict): string {
  const digits = Number.isInteger(value) || value >= 100 ? 0 : 2;
  return `${value.toFixed(digits)}${unit === undefined ? '' : ` ${unit}`}`;
}

export function bound({ target, moreIsBetter, unit }: Verdict): string {
  return `${moreIsBetter ? '≥' : '≤'} ${target}${unit === undefined ? '' : ` ${unit}`}`;
}
