import type { Synced } from '@matinee/sdk/door';
import { clockTime } from './place.ts';
import { seatOf } from './seat.ts';
import { reasonWords } from './verdict-words.ts';

/** Something that went wrong at the doors, until somebody has read it. */
export interface Incident {
  id: string;
  text: string;
}

type Conflict = Synced['conflicts'][number];
type Wrong = Synced['wrong'][number];

const key = 'door.incidents';

/** Kept over a reload: the server reports a conflict once, in the response to an upload. */
export class Incidents {
  get all(): readonly Incident[] {
    return JSON.parse(localStorage.getItem(key) ?? '[]') as Incident[];
  }

  add({ conflicts, wrong }: Synced, timeZone: string): void {
    const fresh = [
      ...conflicts.map((conflict) => conflictOf(conflict, timeZone)),
      // A second entry is a conflict already.
      ...wrong.filter(({ result }) => result === 'refused').map((each) => wrongOf(each, timeZone)),
    ];
    if (fresh.length === 0) {
      return;
    }
    const ids = new Set(fresh.map(({ id }) => id));
    this.#keep([...this.all.filter(({ id }) => !ids.has(id)), ...fresh]);
  }

  dismiss(dismissed: string): void {
    this.#keep(this.all.filter(({ id }) => id !== dismissed));
  }

  #keep(incidents: readonly Incident[]): void {
    localStorage.setItem(key, JSON.stringify(incidents));
  }
}

/** "Two people went in with A12: east-1 at 19:42 was first, west-2 at 19:45." */
function conflictOf({ scans, first, reference, ...seat }: Conflict, timeZone: string): Incident {
  const named = ({ deviceId, at }: Conflict['first']) =>
    `${deviceId} at ${clockTime(at, timeZone)}`;
  const isFirst = ({ deviceId, at }: Conflict['first']) =>
    deviceId === first.deviceId && at.getTime() === first.at.getTime();
  const others = scans.filter((scan) => !isFirst(scan)).map(named);
  const count = scans.length === 2 ? 'Two' : scans.length;
  const text = `${count} people went in with ${seatOf(seat)}: ${named(first)} was first, ${others.join(', ')}.`;
  return { id: `${reference} ${seatOf(seat)}`, text };
}

/** "B4 went in at 19:45 while this device was offline, but the server refuses the ticket: …" */
function wrongOf({ id, seat, at, reason }: Wrong, timeZone: string): Incident {
  const who = seat ? seatOf(seat) : 'Somebody';
  const why = reason === null ? '' : `: ${reasonWords[reason]}`;
  const text = `${who} went in at ${clockTime(at, timeZone)} while this device was offline, but the server refuses the ticket${why}`;
  return { id, text };
}
