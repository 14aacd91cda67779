import { inUnit, atMost } from './bench.ts';
import type { Bench, Finding } from './bench.ts';
import { purchaseRound } from './buyers.ts';
import { startProduct } from './servers.ts';
import { rest } from './surfaces.ts';

/** One look at a server that sells. */
interface Look {
  minute: number;
  residentMb: number;
  heapMb: number;
}

const minutes = 20;
/** The caches fill and V8 settles; the slope is that of the time after it. */
const settlingMinutes = 5;

/** The memory of a server that sells as fast as it can, over twenty minutes. */
export async function measureMemory({ stage, options }: Bench): Promise<Finding> {
  const product = await startProduct(stage);
  const looks: Look[] = [];
  let purchases = 0;
  const began = performance.now();
  const minute = () => (performance.now() - began) / 60_000;
  try {
    while (minute() < (options.quick ? 1 : minutes)) {
      const round = { server: product, booking: rest, seconds: 2 * options.seconds };
      const { seatsPerSecond = 0, seconds } = await purchaseRound(stage, round);
      purchases += (seatsPerSecond * seconds) / 2;
      const heapMb = await heapOf(product.url);
      looks.push({ minute: minute(), residentMb: product.memoryMb(), heapMb });
    }
  } finally {
    await product.stop();
  }
  const settled = looks.filter((look) => look.minute >= (options.quick ? 0 : settlingMinutes));
  const slope = (key: 'residentMb' | 'heapMb') =>
    slopeOf(settled.map((look) => ({ x: look.minute, y: look[key] })));
  return {
    target: 'P9b',
    title: `memory over ${minutes} minutes of purchases`,
    rounds: {},
    verdicts: [
      inUnit('MB a minute', atMost('resident memory grows by', slope('residentMb'), 1)),
      inUnit('MB a minute', atMost('used heap grows by', slope('heapMb'), 1)),
    ],
    notes: [
      `${Math.round(purchases).toLocaleString('en')} purchases. The slopes are those of the straight ` +
        `lines through the looks after minute ${settlingMinutes}; a look is taken after each round.`,
      table(looks),
    ],
    lines: [
      {
        name: 'resident, MB',
        points: looks.map(({ minute: at, residentMb }) => ({ minute: at, value: residentMb })),
      },
      {
        name: 'used heap, MB',
        points: looks.map(({ minute: at, heapMb }) => ({ minute: at, value: heapMb })),
      },
    ],
  };
}

async function heapOf(url: string): Promise<number> {
  const page = await (await fetch(`${url}/metrics`)).text();
  const [, bytes] = /^nodejs_heap_size_used_bytes (\S+)/m.exec(page) ?? [];
  return Number(bytes) / 1_000_000;
}

/** Least squares. */
function slopeOf(points: readonly { x: number; y: number }[]): number {
  const mean = (of: (point: { x: number; y: number }) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [mx, my] = [mean(({ x }) => x), mean(({ y }) => y)];
  return mean(({ x, y }) => (x - mx) * (y - my)) / mean(({ x }) => (x - mx) ** 2);
}

/** One look for each minute. */
function table(looks: readonly Look[]): string {
  const each = looks.filter(
    ({ minute }, index) => Math.floor(minute) !== Math.floor(looks[index - 1]?.minute ?? -1),
  );
  return [
    '| minute | resident, MB | used heap, MB |',
    '|---:|---:|---:|',
    ...each.map(
      ({ minute, residentMb, heapMb }) =>
        `| ${minute.toFixed(1)} | ${residentMb} | ${heapMb.toFixed(0)} |`,
    ),
  ].join('\n');
}
