import { join, relative } from 'node:path';
import { drill } from './drill.ts';
import { faults } from './faults.ts';
import { Fleet } from './fleet.ts';
import { pauseReplay } from './lag.ts';
import { readOptions, runsOf } from './options.ts';
import type { Options } from './options.ts';
import { verdictsOf } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import { buildPrevious } from './previous.ts';
import { assertSafe, describePrograms, findPrograms } from './programs.ts';
import type { Found } from './programs.ts';
import { describe, save } from './report.ts';
import { register } from './scene.ts';
import type { Accounts } from './scene.ts';
import { restart, startEight, upgrade } from './upgrades.ts';

/*
 * `npm run fleet -- [--check] [--only name,…] [--quick] [--runs N] [--commit | --out DIR]
 *    [--pool transaction|session|none] [--etcd 1|3] [--store etcd|etcd3] [--port N] [--data DIR]`
 *
 * Builds a fleet of Debian's packages on 127.0.0.1 and does to it what machines do to fleets, while
 * a crowd buys seats. `--quick` has one run of each fault. The report goes to an ignored folder;
 * with `--commit` to the one in the repository.
 */

const options = readOptions(process.argv.slice(2));
const found = await findPrograms();
const missing = found.filter(({ version }) => version === undefined);

if (options.check) {
  console.log(describePrograms(found).join('\n'));
  process.exitCode = missing.length === 0 ? 0 : 1;
} else if (missing.length > 0) {
  const names = missing.map(({ program }) => program.name).join(', ');
  for (const fault of options.only) {
    console.log(`skipped  ${fault}: there is no ${names}`);
  }
  console.log(`\n${describePrograms(found).at(-1)}`);
} else {
  const patroni = found.find(({ program }) => program.name === 'patroni')?.version ?? '';
  assertSafe(options.settings.store, patroni);
  await runAll(options, found);
}

async function runAll(asked: Options, programs: readonly Found[]): Promise<void> {
  const fleet = new Fleet(asked.settings);
  const all: Outcome[] = [];
  const closing = closeOnSignals(fleet);
  try {
    console.log('Starting the fleet …');
    await fleet.start();
    await fleet.placeServers();
    const accounts = await register(fleet.webUrl, fleet.pool, 20);
    for (const name of asked.only) {
      for (let run = 1; run <= runsOf(name, asked) && !closing.isClosing; run += 1) {
        const outcome = await play(fleet, { accounts, name, run });
        all.push(outcome);
        console.log(describe(outcome));
        await save(all, { found: programs, settings: asked.settings }, asked.out);
      }
    }
    const isMet = all.every((outcome) => verdictsOf(outcome).every((verdict) => verdict.isMet));
    process.exitCode = isMet ? 0 : 1;
  } catch (error) {
    // What follows from the end of the fleet is no failure of its own.
    if (!closing.isClosing) {
      console.error(error);
      process.exitCode = 1;
    }
  } finally {
    await fleet.close();
  }
  if (all.length > 0) {
    console.log(`The report: ${relative(process.cwd(), join(asked.out, 'fleet.md'))}`);
  }
  // Connections that are kept would hold it up.
  process.exit();
}

/** One run, and then the fleet as it was. */
async function play(
  fleet: Fleet,
  { accounts, name, run }: { accounts: Accounts; name: string; run: number },
): Promise<Outcome> {
  const fault = faults.find((each) => each.name === name);
  if (fault) {
    const outcome = await drill(fleet, accounts, { fault, run });
    await fleet.repair();
    return outcome;
  }
  const { folder } = fleet.settings;
  switch (name) {
    case 'pause-replay':
      return pauseReplay(fleet, accounts, run);
    case 'stop':
      return restart(fleet, run);
    case 'upgrade':
      return upgrade(fleet, await buildPrevious(folder), run);
    case 'eight-previous':
      return startEight(fleet, { run, checkout: await buildPrevious(folder) });
    default:
      return startEight(fleet, { run });
  }
}

function closeOnSignals(fleet: Fleet): { isClosing: boolean } {
  const closing = { isClosing: false };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      closing.isClosing = true;
      console.log(`${signal}: the fleet is taken down …`);
      void fleet.close().finally(() => process.exit(130));
    });
  }
  return closing;
}
