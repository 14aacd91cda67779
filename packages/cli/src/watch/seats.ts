import type { SeatMap, SeatMapState, Showtime } from '@matinee/sdk';
import { usageError } from '../failure.ts';
import { onInterrupt } from '../interrupt.ts';
import { drawSeats, nameShowtime } from '../output/showtime.ts';
import { cut, plain } from '../output/text.ts';
import type { Session } from '../session.ts';

/**
 * Draws the seat map, and draws it again after every change. Ends when the sale ends; Ctrl-C ends
 * it earlier.
 *
 * @throws MatineeError if the server refuses the showtime
 */
export async function watchSeatMap(session: Session, showtimeId: string): Promise<void> {
  if (!session.terminal.output.isTTY) {
    throw usageError('--watch needs a terminal.', 'Without --watch, the command prints one map.');
  }
  const matinee = await session.matinee();
  const showtime = await matinee.showtimes.get({ showtimeId });
  const { SeatMapStore } = await import('@matinee/sdk');
  const store = new SeatMapStore(matinee, { showtimeId });
  const screen = new Screen(session, showtime);
  await new Promise<void>((resolve, reject) => {
    const end = ({ error }: SeatMapState) => {
      if (error) {
        reject(error);
        return;
      }
      session.talk('The sale of this show has ended.');
      resolve();
    };
    const stop = store.subscribe(() => {
      const state = store.getSnapshot();
      screen.draw(state);
      if (state.live === 'ended' || state.live === 'failed') {
        finish(() => end(state));
      }
    });
    const forget = onInterrupt(() => finish(resolve));
    const finish = (settle: () => void) => {
      stop();
      forget();
      screen.close();
      settle();
    };
  });
}

/** The part of the terminal that shows the map. */
class Screen {
  readonly #session: Session;
  readonly #title: string;
  #isDrawn = false;

  constructor(session: Session, showtime: Showtime) {
    this.#session = session;
    this.#title = plain(nameShowtime(showtime));
  }

  /** Draws the map over the last one. Lines below the terminal are left out. */
  draw({ seatMap, live }: SeatMapState): void {
    if (!seatMap) {
      return;
    }
    const { output } = this.#session.terminal;
    const lines = this.#linesOf(seatMap, live).slice(0, (output.rows ?? Infinity) - 1);
    const start = this.#isDrawn ? '\u001b[H' : '\u001b[2J\u001b[H\u001b[?25l';
    output.write(`${start}${lines.map((line) => `${line}\u001b[K\n`).join('')}\u001b[J`);
    this.#isDrawn = true;
  }

  /** Shows the cursor again, below the last map. */
  close(): void {
    this.#session.terminal.output.write('\u001b[?25h');
  }

  #linesOf(seatMap: SeatMap, live: SeatMapState['live']): string[] {
    const { paint, width } = this.#session;
    const title = cut(`${this.#title} (${stateNames[live]})`, width ?? Infinity);
    return [paint.bold(title), '', ...drawSeats(seatMap, { paint, width }).split('\n')];
  }
}

const stateNames = {
  connecting: 'connecting',
  live: 'live, Ctrl-C ends',
  reconnecting: 'connecting again',
  ended: 'ended',
  failed: 'failed',
} as const;
