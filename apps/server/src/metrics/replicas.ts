import type { App } from '@matinee/api';
import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

/** The streaming replicas, by their address. */
export function observeReplicas({ replicas }: App, registers: Registry[]): void {
  const labelNames = ['replica'] as const;
  const inUse = new Gauge({
    name: 'matinee_replica_in_use',
    help: 'Whether lists and reports are read from a replica (1), or it lags too far behind or does not respond (0).',
    labelNames,
    registers,
    collect: () => {
      for (const { address: replica, state } of replicas.figures) {
        inUse.set({ replica }, state === 'ok' ? 1 : 0);
      }
    },
  });
  const lag = new Gauge({
    name: 'matinee_replica_lag_seconds',
    help: 'How far a replica lags behind the primary, as this server measured it last.',
    labelNames,
    registers,
    collect: () => {
      for (const { address: replica, lagSeconds } of replicas.figures) {
        lag.set({ replica }, lagSeconds);
      }
    },
  });
  const reads = new Counter({
    name: 'matinee_replica_reads_total',
    help: 'Reads of lists and reports for which a replica had its turn, by where they went (replica; primary if the replica was skipped).',
    labelNames: ['replica', 'went_to'],
    registers,
    collect: () => {
      reads.reset();
      for (const { address: replica, ...figures } of replicas.figures) {
        reads.inc({ replica, went_to: 'replica' }, figures.reads);
        reads.inc({ replica, went_to: 'primary' }, figures.passedOver);
      }
    },
  });
}
