import { createMatinee } from '@matinee/sdk';

/*
 * A watcher in a process of its own: `watcher.ts URL SHOWTIME SEAT`. Writes down what it is told, a
 * line each, until the seat is sold; then it leaves, and the process ends if nothing is left open.
 */

const [url = '', showtimeId = '', lastSeat = ''] = process.argv.slice(2);
const tell = (what: object) => process.stdout.write(`${JSON.stringify(what)}\n`);

const stop = createMatinee({ url }).showtimes.onSeatsChanged(
  { showtimeId },
  {
    onSnapshot: ({ seats }) => tell({ snapshot: seats.map(({ status }) => status) }),
    onChange: ({ seats }) => {
      for (const { id, status } of seats) {
        tell({ id, status });
        if (id === lastSeat && status === 'reserved') {
          stop();
          tell({ state: 'left' });
        }
      }
    },
    onState: (state) => tell({ state }),
    onError: ({ code }) => tell({ code }),
  },
);
