import type { Scene } from './scene.ts';

/** What an attack is aimed at, and how much of it there is. Travels to the attacker as JSON. */
export interface Target {
  /** The address of the server. */
  url: string;
  scene: Scene;
  /** How long the attack goes on. */
  seconds: number;
  /** The part of the attack's full volume, above 0 and at most 1. */
  part: number;
}

/** What became of the requests and connections of an attack. */
export interface Tally {
  /** Responses by status. */
  answers: Record<string, number>;
  /** Connections that the server closed without a response. */
  cut: number;
  /** The longest response, in bytes. */
  longestAnswer: number;
  /** Counts of the attack's own, such as `seats locked`. */
  figures: Record<string, number>;
}

/** One attack on the availability of the server. */
export interface Attack {
  name: string;
  /** Items of OWASP API Security Top 10 (2023) and ASVS 5.0.0. */
  items: string;
  /** What the attacker does. */
  does: string;
  /** What the server should do about it. */
  wanted: string;
  /** Showtimes that the attack needs; one if left out. */
  shows?: number;
  /** The shortest time in which the full attack shows its effect, in seconds. */
  leastSeconds?: number;
  /** Attacks until `target.seconds` have passed. */
  run(target: Target): Promise<Tally>;
  /** What the server let through although it should not have; undefined if nothing. */
  letThrough(tally: Tally): string | undefined;
}

export function newTally(): Tally {
  return { answers: {}, cut: 0, longestAnswer: 0, figures: {} };
}

/** For attacks that should not break anything: how often something broke. */
export function breakdowns(tally: Tally): string | undefined {
  const count = tally.answers[500] ?? 0;
  return count === 0 ? undefined : `${count} responses with status 500`;
}
