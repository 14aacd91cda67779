/*
 * The same faults before the servers were made for a fleet: version 0.1.0, with Patroni on version 3
 * of etcd's API and without a connection pooler. Measured once, by hand, on a machine of the same kind.
 */

/** In a few words, by the name of the fault. */
export const before: Readonly<Record<string, string>> = {
  'kill-primary':
    '3 runs: primary after 17.9–18.7 s, booking 0.1–0.4 s later, 0 of 963 lost; jobs never came back; 503 after 3.0 s, over 90 % of them from the proxy without Retry-After',
  'kill-patroni': '3 runs: primary after 15.9–19.1 s, booking 0.1–0.6 s later, 0 of 1,045 lost',
  'kill-postmaster': '1 run: booking 5.0 s after the kill, 0 of 143 lost',
  'pause-primary':
    '1 run: primary after 22.8 s, booking 0.9 s later, 0 of 345 lost; 503 after 4.9 s',
  'pause-patroni':
    '2 runs, with etcd3: **9 of 153 and 124 of 267 acknowledged bookings lost**; primary after 15.8–19.1 s',
  switchover: '1 run: primary after 2.7 s, booking 2.8 s later, 0 of 177 lost',
  'pause-etcd': '1 run: 17.5 s without a booking, 0 of 120 lost',
  'kill-replica': '1 run, Patroni alone and without lists and reports: 0.7 s without a booking',
  stop: '2 runs: 0 failed, 11.6–12 s from SIGTERM to the exit; after a failover it never ended',
  'eight-empty': '1 run: 8 of 8 ready after 7.2 s',
  'eight-previous': '1 run, an older schema: 8 of 8 ready after 4.7 s',
  'pause-replay':
    '1 run: the movie just made was not in the list, `/health/ready` said nothing, lists were stale',
  pooler: 'PgBouncer in transaction mode: no start, or about half of all calls failed',
};
