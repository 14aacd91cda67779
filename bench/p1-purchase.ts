import { atLeast, atMost, inUnit } from './bench.ts';
import type { Bench, Finding, Verdict } from './bench.ts';
import { purchaseRound } from './buyers.ts';
import { control, ordinaryName, variantsOf, withContestants } from './contestants.ts';
import { alternate, median, ratio, ratioOf } from './load.ts';
import type { Measured, Rounds, Variant } from './load.ts';
import { startProduct } from './servers.ts';
import { freeSeats } from './stage.ts';
import { rest } from './surfaces.ts';

const surfaces = ['REST', 'tRPC'];

/** Lock two seats, confirm two seats, distinct ones each time; 32 connections. */
export async function measurePurchases(bench: Bench): Promise<Finding> {
  await freeSeats(bench.stage);
  const rounds = await withContestants(bench, (contestants) => {
    const variants = variantsOf(bench, contestants, { connections: 32 });
    return alternate([...variants, withItsJobs(bench)], bench.options);
  });
  return {
    target: 'P1',
    title: 'lock 2 + confirm 2 distinct seats, 32 connections',
    rounds,
    verdicts: surfaces.flatMap((surface) => purchaseVerdicts(rounds, surface)),
    notes: [
      'These servers run no jobs (`JOBS=off`). The last row is one that does: it mails the tickets ' +
        'of 20 purchases a second, which another process draws, and is started for each round.',
      'Two requests are two seats everywhere: a lock and a confirmation of two, or two bookings ' +
        'of one seat each in the ordinary program. So requests/s are seats/s.',
      ordinaryNote,
      `Without a target: ${surfaces.map((surface) => beside(rounds, surface)).join('; ')}.`,
    ],
  };
}

/** A server that does what follows from its purchases as well, and has gone in the rounds of others. */
function withItsJobs({ stage }: Bench): Variant {
  return {
    name: 'product REST with its jobs',
    run: async (seconds) => {
      const server = await startProduct(stage);
      try {
        const round = { server, booking: rest };
        await purchaseRound(stage, { ...round, seconds: 2 });
        return await purchaseRound(stage, { ...round, seconds });
      } finally {
        await server.stop();
      }
    },
  };
}

/** The same with many connections, and with few. */
export async function measureConnections(bench: Bench): Promise<Finding> {
  await freeSeats(bench.stage);
  const [many, few] = ['256: ', '4: '] as const;
  const rounds = await withContestants(bench, (contestants) =>
    alternate(
      [
        ...variantsOf(bench, contestants, { connections: 256, prefix: many }),
        ...variantsOf(bench, contestants, { connections: 4, prefix: few }),
      ],
      bench.options,
    ),
  );
  const ordinary = `${many}${ordinaryName}`;
  return {
    target: 'P1b',
    title: 'the same with 256 connections and with 4',
    rounds,
    verdicts: surfaces.flatMap((surface) => {
      const [busy, quiet] = [`${many}product ${surface}`, `${few}product ${surface}`];
      const p99 = ratioOf(rounds, [busy, ordinary], (round) => round.p99);
      const p50 = ratioOf(rounds, [quiet, control(quiet)], (round) => round.p50);
      return [
        atLeast(`256: ${surface}, seats/s of ordinary`, seats(rounds, [busy, ordinary]), 3),
        atMost(`256: ${surface}, p99 of ordinary’s`, p99, 0.5),
        atMost(`4: ${surface}, p50 of that with BATCHING=off`, p50, 1),
      ];
    }),
    notes: ['The number before a name is that of the connections.', ordinaryNote],
  };
}

const ordinaryNote =
  ordinaryName === 'ordinary, no idempotency keys'
    ? 'There is no `redis-server` on this machine: the ordinary program has no idempotency keys, ' +
      'and is quicker than with them. The product keeps its keys.'
    : 'The ordinary program keeps its idempotency keys in Redis. What Redis uses of a core is ' +
      'not in the columns of CPU and cores.';

function purchaseVerdicts(rounds: Rounds, surface: string): Verdict[] {
  const name = `product ${surface}`;
  return [
    atLeast(`${surface}, seats/s of ordinary`, seats(rounds, [name, ordinaryName]), 2.5),
    atLeast(`${surface} of walls`, ratio(rounds, name, 'walls'), 1.2),
    atLeast(`${surface} of bare`, ratio(rounds, name, 'bare'), 0.4),
    cpuVerdict(`${surface}, CPU of PostgreSQL per request`, rounds[name], 'postgresMs'),
    cpuVerdict(`${surface}, CPU of Node per request`, rounds[name], 'serverMs'),
  ];
}

/** Where CPU cannot be read it is zero, which meets nothing. */
function cpuVerdict(
  what: string,
  rounds: Measured[] | undefined,
  side: 'serverMs' | 'postgresMs',
): Verdict {
  const used = median((rounds ?? []).map((round) => round[side])) || Number.NaN;
  return inUnit('ms', atMost(what, used, 0.35));
}

function seats(rounds: Rounds, pair: [one: string, other: string]): number {
  return ratioOf(rounds, pair, (round) => round.seatsPerSecond ?? Number.NaN);
}

function beside(rounds: Rounds, surface: string): string {
  const name = `product ${surface}`;
  const times = (other: string) => ratio(rounds, name, other).toFixed(2);
  return `${surface} is ${times('raw')} of raw and ${times(control(name))} of itself with BATCHING=off`;
}
