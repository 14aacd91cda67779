import { hostname } from 'node:os';
import type { Matinee } from '@matinee/sdk';
import { endsWith, exitCodes, interrupted, usageError } from '../failure.ts';
import { onInterrupt } from '../interrupt.ts';
import { count, plain, wrap } from '../output/text.ts';
import { localTime, zoneName } from '../output/time.ts';
import { clock } from '../output/verdict.ts';
import type { Format, Session } from '../session.ts';
import { widthFor } from '../terminal.ts';
import { DoorFile } from './door-file.ts';
import type { DoorName } from './door-file.ts';
import { Gate } from './gate.ts';
import type { Lines } from './lines.ts';
import { findShow, openDoor, uploadOthers } from './open-door.ts';
import type { OpenDoor } from './open-door.ts';
import { openLines } from './open-lines.ts';

export interface GateFlags extends Format {
  gate?: string;
  device?: string;
  exit?: boolean;
}

/** How often the command looks whether the server responds again. */
const everyMs = 4_000;
/** After how many of these times it loads the list of tickets, while the server responds. */
const timesToReload = 8;
/** The longest names that the server takes. */
const longestName = 100;

/** Runs the door of a show until its lines end. */
export async function runGate(
  session: Session,
  flags: GateFlags,
  [typed = '']: string[],
): Promise<void> {
  const deviceId = nameOf('--device', flags.device ?? hostname());
  const gate = flags.gate === undefined ? undefined : nameOf('--gate', flags.gate);
  const showtimeId = await findShow(session, typed);
  const file = new DoorFile({ showtimeId, deviceId });
  const forget = onInterrupt(() => file.close());
  try {
    await attend(session, { flags, gate, showtimeId, deviceId, file });
  } finally {
    forget();
    file.close();
  }
}

function nameOf(flag: string, text: string): string {
  const name = text.trim();
  if (name === '' || name.length > longestName) {
    throw usageError(`${flag} must have 1 to ${longestName} characters.`);
  }
  return name;
}

interface Attended {
  flags: GateFlags;
  gate: string | undefined;
  showtimeId: string;
  deviceId: string;
  file: DoorFile;
}

async function attend(session: Session, { flags, file, ...named }: Attended): Promise<void> {
  const matinee = await session.matinee();
  const onChange = () => lines?.print(() => {});
  let lines: Lines | undefined;
  const opened = await openDoor(matinee, file, { ...named, onChange });
  sayHeader(session, opened);
  let gate: Gate | undefined;
  lines = openLines(session, () => promptOf(opened, gate?.type));
  gate = new Gate({ ...opened, ...named, session, matinee, lines, format: flags });
  gate.type = flags.exit ? 'exit' : 'entry';
  const stop = syncRegularly(opened, gate);
  const others = opened.door.isOnline ? reportOthers(matinee, named, gate) : undefined;
  try {
    await gate.run();
  } finally {
    stop();
    lines.close();
  }
  if (lines.isInterrupted) {
    if (opened.door.waiting > 0) {
      session.talk(`${count(opened.door.waiting, 'scan waits', 'scans wait')} here.`);
    }
    throw interrupted();
  }
  await others;
  await finish(session, opened, gate);
}

/** What was not uploaded waits for the next start, for whatever reason. */
async function reportOthers(matinee: Matinee, name: DoorName, gate: Gate): Promise<void> {
  const all = await uploadOthers(matinee, name).catch(() => []);
  all.forEach((synced) => gate.report(synced));
}

/** Uploads what waits. @throws CliError with the exit code, unless everybody was admitted */
async function finish(session: Session, { door, file }: OpenDoor, gate: Gate): Promise<void> {
  if (door.waiting > 0) {
    await gate.sync(true);
  }
  if (door.waiting > 0) {
    session.talk(
      file.fault === undefined
        ? 'They are uploaded when this command runs again.'
        : `They are lost, because their file could not be written: ${plain(file.fault)}`,
    );
    throw endsWith(exitCodes.unreachable);
  }
  if (gate.exitCode !== exitCodes.ok) {
    throw endsWith(gate.exitCode);
  }
}

/** @returns a function that ends it */
function syncRegularly({ door }: OpenDoor, gate: Gate): () => void {
  let times = 0;
  const timer = setInterval(() => {
    times += 1;
    if (!door.isOnline || door.waiting > 0 || times % timesToReload === 0) {
      void gate.sync();
    }
  }, everyMs);
  return () => clearInterval(timer);
}

/** `IN 12/200 > `, and what waits. */
function promptOf({ door }: OpenDoor, type = 'entry'): string {
  const expected = door.manifest?.tickets.length ?? 0;
  const state = door.isOnline ? '' : ' offline,';
  const waiting = door.waiting > 0 || !door.isOnline ? `${state} ${door.waiting} waiting` : '';
  return `${type === 'exit' ? 'OUT' : 'IN'} ${door.inside}/${expected}${waiting} > `;
}

function sayHeader(session: Session, { door, zone, counts }: OpenDoor): void {
  const { manifest, inside } = door;
  if (!manifest) {
    return;
  }
  const { movie, theater, startTime, opensAt, now, tickets } = manifest;
  const { bold } = session.talkPaint;
  const start = `${localTime(startTime, zone)} ${zoneName(startTime, zone)}`;
  const { expected = tickets.length, admitted = inside } = counts ?? {};
  const offline = `! offline, by the list of ${clock(now, zone)}`;
  const lines = [
    bold(`${plain(movie)}, ${plain(theater)}`),
    `${start}, doors open at ${clock(opensAt, zone)}`,
    `${count(expected, 'ticket')} expected, ${admitted} admitted`,
    ...(door.isOnline ? [] : [session.talkPaint.yellow(offline)]),
  ];
  const width = widthFor(session.terminal.talk);
  lines.forEach((line) => session.talk(wrap(line, width)));
  session.hint('Scan a ticket, or type a reference and a seat. `help` lists more.');
}
