import type { Target } from './attack.ts';
import { attacks } from './attacks.ts';

/*
 * An attacker in a process of its own, so that its work does not delay the honest customers: takes
 * the name of an attack and its target, and sends back what came of it.
 */

/** What the parent sends. */
export interface Order {
  name: string;
  target: Target;
}

/** An attack ends by itself; one that does not is ended so long after its time, in seconds. */
const graceSeconds = 90;

process.once('message', (order: Order) => void obey(order));
// The parent is gone.
process.once('disconnect', () => process.exit());

async function obey({ name, target }: Order): Promise<void> {
  const attack = attacks.find((each) => each.name === name);
  if (!attack) {
    throw new Error(`No attack ${name}`);
  }
  setTimeout(() => process.exit(1), (target.seconds + graceSeconds) * 1_000).unref();
  const tally = await attack.run(target);
  const { user, system } = process.cpuUsage();
  process.send?.({ tally, cpuSeconds: (user + system) / 1_000_000 });
}
