import { setTimeout as delay } from 'node:timers/promises';
import type { Fleet } from './fleet.ts';
import { signalAll, treeOf } from './processes.ts';
import type { Node } from './settings.ts';

/* Faults of the database under load. */

export interface Fault {
  name: string;
  does: string;
  /** In a full run. */
  runs: number;
  /**
   * Who is primary then: another node, that one or any other, or the same all the time, so that a
   * new primary is not waited for.
   */
  next: 'other' | 'any' | 'same';
  /** Whether lists and reports are read, too. */
  reads?: true;
  /** Does it. @returns when it is over; a process that was killed stays dead until the repair */
  happen(fleet: Fleet, primary: Node): Promise<void>;
}

export const faults: readonly Fault[] = [
  {
    name: 'kill-primary',
    does: 'kill -9 of Patroni and PostgreSQL of the primary',
    runs: 3,
    next: 'other',
    happen: async (fleet, primary) => signalAll(fleet.processesOf(primary), 'SIGKILL'),
  },
  {
    name: 'kill-patroni',
    does: 'kill -9 of the Patroni of the primary; its PostgreSQL goes on',
    runs: 3,
    next: 'other',
    happen: async (fleet, primary) => signalAll(treeOf(fleet.patroni(primary).pid), 'SIGKILL'),
  },
  {
    name: 'kill-postmaster',
    does: 'kill -9 of the postmaster of the primary',
    runs: 2,
    next: 'any',
    happen: async (fleet, primary) =>
      signalAll([fleet.postmaster(primary) ?? 0].filter(Boolean), 'SIGKILL'),
  },
  {
    name: 'pause-primary',
    does: 'SIGSTOP of Patroni and PostgreSQL of the primary for 30 s',
    runs: 2,
    next: 'other',
    happen: (fleet, primary) => pause(fleet.processesOf(primary), 30),
  },
  {
    name: 'pause-patroni',
    does: 'SIGSTOP of the Patroni of the primary for 32 s; its PostgreSQL goes on',
    runs: 3,
    next: 'other',
    happen: (fleet, primary) => pause(treeOf(fleet.patroni(primary).pid), 32),
  },
  {
    name: 'switchover',
    does: '`patronictl switchover`',
    runs: 3,
    next: 'other',
    happen: async (fleet, primary) => {
      await fleet.patronictl('switchover', 'matinee', '--force', '--master', `node${primary}`);
    },
  },
  {
    name: 'pause-etcd',
    does: 'SIGSTOP of all members of etcd for 25 s',
    runs: 1,
    next: 'any',
    happen: (fleet) => pause(fleet.etcdPids, 25),
  },
  {
    name: 'kill-replica',
    does: 'kill -9 of Patroni and PostgreSQL of a replica while lists and reports are read',
    runs: 2,
    next: 'same',
    reads: true,
    happen: async (fleet) => signalAll(fleet.processesOf(await fleet.replica()), 'SIGKILL'),
  },
];

async function pause(pids: readonly number[], seconds: number): Promise<void> {
  signalAll(pids, 'SIGSTOP');
  try {
    await delay(seconds * 1_000);
  } finally {
    signalAll(pids, 'SIGCONT');
  }
}
