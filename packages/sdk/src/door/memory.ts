import type { Manifest, ScanResult } from '../types.ts';
import { ticketIdOf } from './ticket-code.ts';
import type { Judged, Verdict } from './verdict.ts';

/** Where a door keeps what it knows; `localStorage` is one. */
export interface DoorStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** A scan that this device has judged, as `checkIns.upload` takes it. */
export interface QueuedScan {
  code: string;
  showtimeId: string;
  deviceId: string;
  gate?: string;
  nonce: string;
  type: 'entry' | 'exit';
  at: Date;
  /** Why this device did not let them in. */
  refused?: NonNullable<Verdict['reason']>;
  ticketId?: string;
}

interface Kept {
  manifest?: Manifest;
  queue: QueuedScan[];
  /** Of tickets whose holders this device has seen: when they went in; null: they left. */
  seen: Record<string, string | null>;
}

/** What a door knows of its show. */
export class DoorMemory {
  readonly #storage: DoorStorage | undefined;
  readonly #key: string;
  readonly #kept: Kept;
  /** Counts what was seen: a manifest that was asked for earlier does not know of it. */
  #step = 0;
  readonly #seenAt = new Map<string, number>();

  constructor(showtimeId: string, storage: DoorStorage | undefined) {
    this.#storage = storage;
    this.#key = `matinee-door:${showtimeId}`;
    this.#kept = read(storage?.getItem(this.#key));
  }

  get manifest(): Manifest | undefined {
    return this.#kept.manifest;
  }

  get queue(): readonly QueuedScan[] {
    return this.#kept.queue;
  }

  get inside(): number {
    const tickets = this.#kept.manifest?.tickets ?? [];
    return tickets.filter(({ id }) => this.usedAt(id) !== undefined).length;
  }

  /** When the holder of a ticket went in; undefined when nobody is inside with it. */
  usedAt(ticketId: string): Date | undefined {
    const seen = this.#kept.seen[ticketId];
    if (seen !== undefined) {
      return seen === null ? undefined : new Date(seen);
    }
    return this.#kept.manifest?.tickets.find(({ id }) => id === ticketId)?.usedAt;
  }

  /** Whether this device has let them in. */
  isOwn(ticketId: string): boolean {
    return typeof this.#kept.seen[ticketId] === 'string';
  }

  /** To be given to `keepManifest`, taken before the manifest is asked for. */
  get step(): number {
    return this.#step;
  }

  /**
   * What the server knows takes the place of what was seen here, but for what it has not been told, and
   * what was seen while the manifest was on its way.
   */
  keepManifest(manifest: Manifest, step: number): void {
    this.#kept.manifest = manifest;
    const untold = new Set(this.#kept.queue.map(({ ticketId }) => ticketId));
    const isNewer = (id: string) => (this.#seenAt.get(id) ?? 0) > step;
    const seen = Object.entries(this.#kept.seen).filter(([id]) => untold.has(id) || isNewer(id));
    this.#kept.seen = Object.fromEntries(seen);
    this.#save();
  }

  keepScan(scan: Omit<QueuedScan, 'ticketId' | 'refused'>, { verdict, ticket }: Judged): void {
    const { result, reason } = verdict;
    // Where nobody went in: what this device knew itself, and what is no ticket, tells the server nothing.
    const isTold = result === 'admitted' || reason === 'void' || reason === 'wrong_show';
    if (!isTold && !ticket) {
      return;
    }
    if (result === 'already_admitted') {
      return;
    }
    this.#kept.queue.push({
      ...scan,
      // A typed reference, with the seat that was meant.
      ...(ticket && !isCode(scan.code) ? { code: nameOf(ticket) } : {}),
      ...(ticket ? { ticketId: ticket.id } : {}),
      ...(reason === null ? {} : { refused: reason }),
    });
    if (ticket && result === 'admitted') {
      this.#see(ticket.id, scan.type === 'entry' ? scan.at : null);
    }
    this.#save();
  }

  /** An answer of the server, for when it no longer responds. */
  async noteAnswer(code: string, answer: ScanResult): Promise<void> {
    const { result, type, at } = answer;
    if (result !== 'admitted') {
      return;
    }
    const id = this.#listed(answer)?.id ?? (isCode(code) ? await ticketIdOf(code) : undefined);
    if (id !== undefined) {
      this.#see(id, type === 'entry' ? at : null);
      this.#save();
    }
  }

  #listed({ reference, seat }: ScanResult): Ticket | undefined {
    return this.#kept.manifest?.tickets.find(
      (each) =>
        each.reference === reference &&
        each.row === seat?.rowLabel &&
        each.seat === seat.seatNumber,
    );
  }

  #see(ticketId: string, at: Date | null): void {
    this.#step += 1;
    this.#seenAt.set(ticketId, this.#step);
    this.#kept.seen[ticketId] = at === null ? null : at.toISOString();
  }

  /** Forgets scans that were uploaded. */
  forget(scans: readonly QueuedScan[]): void {
    const nonces = new Set(scans.map(({ nonce }) => nonce));
    this.#kept.queue = this.#kept.queue.filter(({ nonce }) => !nonces.has(nonce));
    this.#save();
  }

  #save(): void {
    this.#storage?.setItem(this.#key, JSON.stringify(this.#kept));
  }
}

type Ticket = Manifest['tickets'][number];

const isCode = (text: string) => /^MT1-/i.test(text);

const nameOf = ({ reference, row, seat }: Ticket) => `${reference} ${row}${seat}`;

/** What was kept before a restart; nothing when it cannot be read. */
function read(text: string | null | undefined): Kept {
  const nothing: Kept = { queue: [], seen: {} };
  if (!text) {
    return nothing;
  }
  try {
    const kept = JSON.parse(text, revive) as Partial<Kept>;
    return { ...nothing, ...kept };
  } catch {
    return nothing;
  }
}

const dateKeys: ReadonlySet<string> = new Set([
  'at',
  'usedAt',
  'now',
  'startTime',
  'opensAt',
  'endTime',
]);

function revive(key: string, value: unknown): unknown {
  return dateKeys.has(key) && typeof value === 'string' ? new Date(value) : value;
}
