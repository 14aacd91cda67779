import { fork } from 'node:child_process';
import { resolve as resolvePath } from 'node:path';
import type { Attack, Target } from './attack.ts';
import type { Order } from './attacker.ts';
import type { Attacked } from './play.ts';

const program = resolvePath(import.meta.dirname, 'attacker.ts');

/** Runs an attack in a process of its own, to its end. */
export async function attackFromOutside({ name }: Attack, target: Target): Promise<Attacked> {
  const { promise, resolve, reject } = Promise.withResolvers<Attacked>();
  const child = fork(program, { stdio: 'inherit', execArgv: [] });
  child.once('message', (attacked: Attacked) => resolve(attacked));
  child.once('error', reject);
  child.once('exit', (code) => reject(new Error(`The attacker ended with code ${code}`)));
  child.send({ name, target } satisfies Order);
  return promise.finally(() => child.kill());
}
