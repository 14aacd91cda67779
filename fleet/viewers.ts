import { createMatinee } from '@matinee/sdk';
import { longestHole } from './answers.ts';
import type { Sale } from './scene.ts';

/* People who look at live seat maps, by the SDK. */

interface Viewer {
  /** Instants of snapshots and changes. */
  events: number[];
  reconnects: number;
  isLive: boolean;
  leave: () => void;
}

export class Viewers {
  readonly #viewers: Viewer[];

  constructor(url: string, sales: readonly Sale[], count = 6) {
    this.#viewers = Array.from({ length: count }, (_, index) => {
      const { showtimeId = '' } = sales[index % sales.length] ?? {};
      return watch(url, showtimeId);
    });
  }

  /** The worst hole of a viewer within a span, in seconds. */
  worstHole(from: number, to: number): number {
    return Math.max(...this.#viewers.map(({ events }) => longestHole(events, from, to)));
  }

  /** Seconds after an instant until the last viewer saw a change; NaN when one saw none. */
  backAfter(instant: number): number {
    const first = this.#viewers.map(({ events }) => events.find((at) => at >= instant));
    return Math.max(...first.map((at) => ((at ?? Number.NaN) - instant) / 1_000));
  }

  get reconnects(): number {
    return this.#viewers.reduce((sum, { reconnects }) => sum + reconnects, 0);
  }

  get live(): number {
    return this.#viewers.filter(({ isLive }) => isLive).length;
  }

  get count(): number {
    return this.#viewers.length;
  }

  leave(): void {
    for (const viewer of this.#viewers) {
      viewer.leave();
    }
  }
}

function watch(url: string, showtimeId: string): Viewer {
  const viewer: Viewer = {
    events: [],
    reconnects: 0,
    isLive: false,
    leave: () => {},
  };
  const note = () => viewer.events.push(Date.now());
  viewer.leave = createMatinee({ url }).showtimes.onSeatsChanged(
    { showtimeId },
    {
      onSnapshot: note,
      onChange: note,
      onState: (state) => {
        viewer.isLive = state === 'live';
        viewer.reconnects += state === 'reconnecting' ? 1 : 0;
      },
    },
  );
  return viewer;
}
