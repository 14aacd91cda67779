/*
 * How fast the built server is, beside the targets P1 to P6 and P8 to P11. Boots a database, fills it,
 * starts the product and the reference servers that are its yardsticks, and measures them in turn.
 * Needs a build. Takes `--quick`, `--only P1,P1b`, `--seconds N`, `--rounds N`, `--history N` and
 * `--out DIR`.
 */
import { isMet } from './bench.ts';
import type { Bench, Finding } from './bench.ts';
import { Buyers } from './buyers.ts';
import { withoutJobs } from './contestants.ts';
import { applyLoad } from './load.ts';
import { readOptions } from './options.ts';
import type { Options } from './options.ts';
import { measureConnections, measurePurchases } from './p1-purchase.ts';
import { measureFight } from './p2-fight.ts';
import { measureSeatMap } from './p3-seat-map.ts';
import { measureMovies } from './p4-movies.ts';
import { measureProgramme } from './p4b-programme.ts';
import { measureSearch } from './p4c-search.ts';
import { measureLogins } from './p5-logins.ts';
import { measureViewers } from './p6-viewers.ts';
import { measureReports } from './p8-reports.ts';
import { measureStart } from './p9-start.ts';
import { measureMemory } from './p9b-memory.ts';
import { measureGrowth } from './p10-growth.ts';
import { measureDoor } from './p11-door.ts';
import { profileProduct } from './profile.ts';
import { newResults, writeReport } from './report.ts';
import { startProduct, startReference } from './servers.ts';
import type { Server } from './servers.ts';
import { assertSound, buildStage, freeSeats } from './stage.ts';
import type { Stage } from './stage.ts';
import { get, query, rest, trpc } from './surfaces.ts';
import type { Booking } from './surfaces.ts';

const measures: Record<string, (bench: Bench) => Promise<Finding>> = {
  P1: measurePurchases,
  P1b: measureConnections,
  P2: measureFight,
  P3: measureSeatMap,
  P4: measureMovies,
  P4b: measureProgramme,
  P4c: measureSearch,
  P5: measureLogins,
  P6: measureViewers,
  P8: measureReports,
  P9: measureStart,
  P9b: measureMemory,
  P10: measureGrowth,
  P11: measureDoor,
};

type Work = (stage: Stage, server: Server, seconds: number) => Promise<unknown>;

/** What is looked at with the profiler, by the target it belongs to. */
const profiled: Record<string, Record<string, Work>> = {
  P1: { 'P1 REST': buying(rest), 'P1 tRPC': buying(trpc) },
  P3: {
    'P3 REST': reading(({ sales: [sale] }) => get(`/api/v1/showtimes/${sale?.showtimeId}/seats`)),
    'P3 SDK wire': reading(({ sales: [sale] }) =>
      query('showtimes.seats', { showtimeId: sale?.showtimeId }),
    ),
  },
  P4: {
    'P4 REST': reading(() => get('/api/v1/movies?genre=Drama&limit=20')),
    'P4 tRPC': reading(() => query('movies.list', { genre: 'Drama', limit: 20 })),
  },
};

await main(readOptions(process.argv.slice(2)));

async function main(options: Options): Promise<void> {
  say(`Filling a database with ${options.history.toLocaleString('en')} sold seats …`);
  const stage = await buildStage({
    history: options.history,
    // Enough for the quickest server that was ever seen here.
    onSale: Math.ceil((Math.max(options.seconds, options.warmUpSeconds) + 1) * 50),
    users: 1024,
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // The servers end by themselves when this process is gone.
    process.once(signal, () => {
      say(`Stopping: ${signal}.`);
      void stage.close().finally(() => process.exit(130));
    });
  }
  try {
    const results = newResults(options, stage.postgresVersion);
    const save = async () => {
      results.soundnessChecks = stage.checks;
      await writeReport(options.out, results);
    };
    for (const [name, measure] of Object.entries(measures)) {
      if (options.only.has(name)) {
        say(name);
        const env = name === 'P1' || name === 'P1b' ? withoutJobs : {};
        results.findings.push(await withServers({ options, stage, env }, measure));
        await assertSound(stage);
        await save();
        sayVerdicts(results.findings.at(-1));
      }
    }
    for (const { target } of results.findings) {
      for (const [name, work] of Object.entries(profiled[target] ?? {})) {
        say(`Profile of ${name}`);
        const load = (server: Server) => work(stage, server, options.seconds);
        results.profiles.push(await profileProduct(stage, name, load));
        await freeSeats(stage);
        await save();
      }
    }
  } finally {
    await stage.close();
  }
}

async function withServers(
  { options, stage, env }: { options: Options; stage: Stage; env: Record<string, string> },
  work: (bench: Bench) => Promise<Finding>,
): Promise<Finding> {
  const servers: Server[] = [];
  const started = async (starting: Promise<Server>) => {
    const server = await starting;
    servers.push(server);
    return server;
  };
  try {
    const product = await started(startProduct(stage, { env }));
    const raw = await started(startReference(stage, 'raw'));
    const bare = await started(startReference(stage, 'bare'));
    return await work({ options, stage, product, raw, bare });
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

function buying(booking: Booking): Work {
  return (stage, server, seconds) =>
    applyLoad(new Buyers(stage, stage.sales, booking).load({ server, seconds }));
}

function reading(callOf: (stage: Stage) => ReturnType<typeof get>): Work {
  return (stage, server, seconds) => {
    const call = callOf(stage);
    return applyLoad({ server, connections: 32, seconds, client: () => call });
  };
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function sayVerdicts(finding: Finding | undefined): void {
  for (const verdict of finding?.verdicts ?? []) {
    const mark = isMet(verdict) ? 'met   ' : 'MISSED';
    say(`  ${mark} ${verdict.what}: ${verdict.value.toFixed(2)} (${verdict.target})`);
  }
}
