import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { atMost, inUnit } from './bench.ts';
import type { Bench, Finding } from './bench.ts';
import { root, startProduct } from './servers.ts';
import type { Stage } from './stage.ts';

/** How long `npm start` takes when everything is there, and what the server holds when idle. */
export async function measureStart({ stage, options }: Bench): Promise<Finding> {
  const times: number[] = [];
  for (let start = 0; start <= options.rounds; start += 1) {
    times.push(await startOnce(stage));
  }
  const [first, ...later] = times;
  const product = await startProduct(stage);
  try {
    await delay(10_000);
    return {
      target: 'P9',
      title: 'second npm start to ready; memory at rest',
      rounds: {},
      verdicts: [
        inUnit('s', atMost('slowest of the later starts', Math.max(...later) / 1000, 1.5)),
        inUnit('MB', atMost('memory of the server after 10 s at rest', product.memoryMb(), 180)),
      ],
      notes: [
        `Starts, in ms: ${[first, ...later].map((ms) => Math.round(ms ?? 0)).join(', ')}; ` +
          'the first one makes the database and the demo data.',
        'P9b has the memory over 20 minutes of purchases.',
      ],
    };
  } finally {
    await product.stop();
  }
}

/** From the command to its line with the address; in a data folder of its own. */
async function startOnce(stage: Stage): Promise<number> {
  const began = performance.now();
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn('npm', ['start'], {
    cwd: root,
    env: { PATH, HOME, PORT: '0', DATA_DIR: path.join(stage.folder, 'second') },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    if (text.includes(' serving at ')) {
      resolve(performance.now() - began);
    }
  });
  const exited = once(child, 'exit').then(() => reject(new Error(`npm start ended: ${text}`)));
  const took = await promise;
  child.kill('SIGTERM');
  await exited;
  return took;
}
