import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { aShowtime, aUser } from '@matinee/api/testing';
import { expect, test } from 'vitest';
import { run } from '../run.ts';
import type { Output } from '../run.ts';
import { startTestServer } from '../server.ts';

const docs = new URL('../../../../docs/', import.meta.url);
const script = fileURLToPath(new URL('book.py', docs));
const hasPython = spawnSync('python3', ['--version']).status === 0;

/** Runs the script as a stranger would: no environment, no packages but those of Python itself. */
function runScript(url: string): Promise<Output> {
  const env = { PATH: process.env.PATH, LANG: 'C.UTF-8' };
  return run('python3', ['-I', '-S', '-B', script, url], { env });
}

/** A line with what differs from run to run taken out. */
const shape = (text: string) =>
  text
    .replace(/python-\S+@/, 'python-…@')
    .replace(/Chose .+ in .+ at \S+Z/, 'Chose a movie in a theater at an instant')
    .replace(/until \S+Z/, 'until an instant')
    .replace(/\d+\.\d\d USD/g, 'an amount')
    .replace(/reference [A-Z2-9]{8}$/, 'a reference');

test.skipIf(!hasPython)('the script does and prints what the guide says', async () => {
  const server = await startTestServer();
  try {
    const { showtime } = await aShowtime(server.app, { seats: 4 });
    const { code, out, err } = await runScript(server.url);
    expect({ code, err }).toEqual({ code: 0, err: '' });

    const guide = await readFile(new URL('python.md', docs), 'utf8');
    const [, printed = ''] = /It prints what it does:\n\n```\n([^`]+)```/.exec(guide) ?? [];
    expect(out.split('\n').map(shape)).toEqual(printed.split('\n').map(shape));

    const bought = `select r.status, count(*)::int as seats
      from reservations r join reservation_seats on reservation_id = r.id
      where r.showtime_id = $1 group by r.id`;
    const { rows } = await server.app.pool.query(bought, [showtime.id]);
    expect(rows).toEqual([{ status: 'cancelled', seats: 2 }]);
  } finally {
    await server.close();
  }
});

test.skipIf(!hasPython)('the script says so when there is nothing to book', async () => {
  const server = await startTestServer();
  try {
    const { showtime, seatIds } = await aShowtime(server.app, { seats: 2 });
    const other = await aUser(server.app);
    await other.call.showtimes.lockSeats({ showtimeId: showtime.id, seatIds: seatIds.slice(1) });
    const { code, err } = await runScript(server.url);
    expect([code, err]).toEqual([1, 'There is no show with two free seats.\n']);
  } finally {
    await server.close();
  }
});

test.skipIf(!hasPython)('the script says so when there is no server', async () => {
  const { code, err } = await runScript('http://127.0.0.1:1');
  expect(code).toBe(1);
  expect(err).toMatch(/^The server cannot be reached: .+\n$/);
});
