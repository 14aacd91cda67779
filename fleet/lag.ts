import { createMatinee } from '@matinee/sdk';
import { countFailures } from './answers.ts';
import { soundness, readHealth, startLoad, refusals } from './drill.ts';
import type { Fleet } from './fleet.ts';
import type { Figures, Outcome } from './outcome.ts';
import { replayOf, signalAll, until } from './processes.ts';
import type { Accounts } from './scene.ts';
import { nodes } from './settings.ts';

/*
 * Replicas that stand still and go on answering. The process that replays is stopped: Patroni ends a
 * pause by `pg_wal_replay_pause()` at once.
 */

export async function pauseReplay(fleet: Fleet, accounts: Accounts, run: number): Promise<Outcome> {
  const date = new Date().toISOString();
  const load = await startLoad(fleet, accounts);
  const primary = await fleet.primary();
  const replays = nodes
    .filter((node) => node !== primary)
    .flatMap((node) => replayOf(fleet.postmaster(node) ?? 0));
  let figures: Figures;
  try {
    const paused = Date.now();
    signalAll(replays, 'SIGSTOP');
    // A writer reads what it wrote, before and after the servers know of the lag.
    const early = await countStale(fleet, accounts);
    const noticed = await awaitReplicas(fleet, 'behind', paused);
    const stale = early + (await countStale(fleet, accounts));
    figures = { noticed, stale };
  } finally {
    signalAll(replays, 'SIGCONT');
  }
  const recovered = await awaitReplicas(fleet, 'ok', Date.now());
  await load.crowd.end();
  load.viewers.leave();
  figures = {
    ...figures,
    recovered,
    ...(await soundness(fleet.pool, load.file)),
    ...refusals(load.crowd.attempts),
  };
  const answers = countFailures(load.crowd.attempts);
  return {
    fault: 'pause-replay',
    run,
    date,
    figures,
    answers,
    notes: [`${replays.length} replicas stood still`],
  };
}

/** Seconds until both servers say so of their replicas; NaN after 60 s. */
async function awaitReplicas(fleet: Fleet, state: string, since: number): Promise<number> {
  const at = await until(
    60_000,
    async () => {
      const healths = await Promise.all(
        [1, 2].map((index) => readHealth(fleet.ports.server(index))),
      );
      return healths.every(({ replicas }) => replicas === state) ? Date.now() : undefined;
    },
    250,
  );
  return ((at ?? Number.NaN) - since) / 1_000;
}

/** A movie that an administrator has just made is in the administrator's list. */
async function countStale(fleet: Fleet, { admin }: Accounts): Promise<number> {
  const matinee = createMatinee({ url: fleet.webUrl, token: admin });
  let stale = 0;
  for (let count = 0; count < 5; count += 1) {
    const title = `Lag ${crypto.randomUUID()}`;
    await matinee.movies.create({ title, genre: 'Drama', durationMinutes: 90 });
    const { items } = await matinee.movies.list({ search: title });
    stale += items.some((movie) => movie.title === title) ? 0 : 1;
  }
  return stale;
}
