import { createHash } from 'node:crypto';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { DoorStorage } from '@matinee/sdk/door';
import envPaths from 'env-paths';
import { usageError } from '../failure.ts';

/** A door of one show at one device, which has a file of its own. */
export interface DoorName {
  showtimeId: string;
  deviceId: string;
}

/** The folder of the doors, in the platform's folder for data. */
export function doorsFolder(): string {
  return join(envPaths('matinee', { suffix: '' }).data, 'doors');
}

/**
 * Keeps the list of a show and the scans that wait for their upload, so that neither a restart nor a
 * power cut loses any. Only one process at a time opens it: two would overwrite each other's scans.
 */
export class DoorFile implements DoorStorage {
  readonly #file: string;
  readonly #lock: string;
  readonly #kept: Map<string, string>;
  /** Why the last write failed; the door goes on without it. */
  fault: string | undefined;

  /** @throws CliError while another process has the file open */
  constructor(name: DoorName, folder = doorsFolder()) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#file = join(folder, fileNameOf(name));
    this.#lock = `${this.#file}.lock`;
    lock(this.#lock, name);
    this.#kept = readKept(this.#file);
    this.#kept.set('device', name.deviceId);
  }

  getItem(key: string): string | null {
    return this.#kept.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.#kept.set(key, value);
    try {
      replaceFile(this.#file, JSON.stringify(Object.fromEntries(this.#kept)));
      this.fault = undefined;
    } catch (error) {
      this.fault = error instanceof Error ? error.message : String(error);
    }
  }

  /** Lets other processes open it. */
  close(): void {
    rmSync(this.#lock, { force: true });
  }

  /** Closes it for good: nothing in it is needed any more. */
  remove(): void {
    rmSync(this.#file, { force: true });
    this.close();
  }
}

/** The doors with a file, in no order. */
export function keptDoors(folder = doorsFolder()): DoorName[] {
  return namesIn(folder).flatMap((name) => {
    const [, showtimeId] = fileName.exec(name) ?? [];
    const deviceId = showtimeId && readKept(join(folder, name)).get('device');
    return showtimeId && deviceId ? [{ showtimeId, deviceId }] : [];
  });
}

const fileName = /^([0-9a-f-]{36})\.[0-9a-f]{12}\.json$/;

/** A device may have any name, so its file has a digest of it. */
function fileNameOf({ showtimeId, deviceId }: DoorName): string {
  const digest = createHash('sha256').update(deviceId).digest('hex').slice(0, 12);
  return `${showtimeId.toLowerCase()}.${digest}.json`;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** What was kept; nothing when it cannot be read. */
function readKept(file: string): Map<string, string> {
  try {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    const texts = Object.entries(kept).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    );
    return new Map(texts);
  } catch {
    return new Map();
  }
}

/** Writes a temporary file and renames it: a power cut leaves the old content, or the new. */
function replaceFile(file: string, text: string): void {
  const temporary = `${file}.${process.pid}`;
  try {
    writeFileSync(temporary, text, { mode: 0o600, flush: true });
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Makes a file with the id of this process. That of a process that has ended is replaced. */
function lock(file: string, { deviceId }: DoorName): void {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx', mode: 0o600 });
    return;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw error;
    }
  }
  const owner = ownerOf(file);
  if (owner !== undefined && isRunning(owner)) {
    throw usageError(
      `The door of this show is open already at device "${deviceId}" (process ${owner}).`,
      'Give this one another name with --device.',
    );
  }
  rmSync(file, { force: true });
  writeFileSync(file, String(process.pid), { flag: 'wx', mode: 0o600 });
}

/** Undefined for an empty file: its process has ended before it could write. */
function ownerOf(file: string): number | undefined {
  return statSync(file).size === 0 ? undefined : Number(readFileSync(file, 'utf8'));
}

/** After a restart of a container, another process may have the id of this one. */
function isRunning(processId: number): boolean {
  if (processId === process.pid) {
    return false;
  }
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
