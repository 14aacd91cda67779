import { inSpan } from '@matinee/api';
import { Metrics } from '../src/metrics/metrics.ts';

/*
 * What a call pays for being counted and traced, without an SDK of OpenTelemetry: the figures and spans
 * of one purchase. Run: node --conditions=@matinee/source apps/server/scripts/observing.ts
 */

const rounds = 200_000;
const { observer } = new Metrics();
const procedure = 'reservations.create';
const attributes = { 'matinee.procedure': procedure, 'matinee.surface': 'rest' };

function count(): void {
  observer.called({ procedure, surface: 'rest', seconds: 0.004 });
  observer.waited('primary', 0.0002);
  observer.seatsChanged({ event: 'confirmed', seats: 2, reservations: 1 });
}

/** Microseconds of processor time for one round. */
async function cost(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round += 1) {
    await work();
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / rounds;
}

const nothing = async () => {};
for (const _warmUp of [1, 2, 3]) {
  await cost(count);
  await cost(nothing);
}
const [idle, counted, spans] = [
  await cost(nothing),
  await cost(async () => count()),
  await cost(() => inSpan(procedure, { attributes }, () => inSpan('SELECT', {}, nothing))),
];
const shown = (microseconds: number) => `${(microseconds - idle).toFixed(2)} µs`;
process.stdout.write(`counting ${shown(counted)}, spans without an SDK ${shown(spans)} per call\n`);
