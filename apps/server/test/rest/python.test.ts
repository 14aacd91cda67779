import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { seedDemo } from '@matinee/api';
import { aShowtime, aUser } from '@matinee/api/testing';
import { expect, test } from 'vitest';
import { run } from '../run.ts';
import type { Output } from '../run.ts';
import { startTestServer } from '../server.ts';

const docs = new URL('../../../../docs/', import.meta.url);
const script = fileURLToPath(new URL('book.py', docs));
const hasPython = spawnSync('python3', ['--version']).status === 0;

/** Runs Python as a stranger would: no packages but its own and what is in `docs`; a warning is an error. */
function runPython(...args: string[]): Promise<Output> {
  const env = { PATH: process.env.PATH, LANG: 'C.UTF-8' };
  const options = { env, cwd: fileURLToPath(docs) };
  return run('python3', ['-W', 'error', '-E', '-s', '-S', '-B', ...args], options);
}

const runScript = (url: string) => runPython(script, url);

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

test.skipIf(!hasPython)('the code of the guide runs from top to bottom', async () => {
  const server = await startTestServer();
  try {
    await seedDemo(server.app);
    const guide = await readFile(new URL('python.md', docs), 'utf8');
    const blocks = [...guide.matchAll(/^```python\n([^]*?)^```$/gm)].map(([, block]) => block);
    expect(blocks.length).toBeGreaterThan(7);
    const program = blocks.join('\n').replaceAll('http://127.0.0.1:8000', server.url);
    const { code, out, err } = await runPython('-c', program);
    expect({ code, err }).toEqual({ code: 0, err: '' });

    expect(out).toContain('Matinee 0.0.0-test\nSigned in as ada-');
    const promised = /`(VALIDATION_ERROR 400 .+)` and/.exec(guide)?.[1] ?? 'the guide says so';
    expect(out).toContain(promised);
    expect(out).toMatch(/Booked with the reference [A-Z2-9]{8}\n/);
    expect(out).toContain('cancelled\ncancelled\nsnapshot {');
  } finally {
    await server.close();
  }
});

test.skipIf(!hasPython)('the client uploads a poster', async () => {
  const server = await startTestServer();
  try {
    const { admin, movieId } = await aShowtime(server.app);
    const pixel =
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    const program = [
      'import base64, sys',
      'from matinee import Matinee',
      'm = Matinee(sys.argv[1], token=sys.argv[2])',
      `print(m.upload_poster("${movieId}", base64.b64decode("${pixel}"))["posterUrl"])`,
      'm.logout()',
      'print(m.token)',
    ].join('\n');
    const { out, err } = await runPython('-c', program, server.url, admin.token);
    expect(err).toBe('');
    expect(out).toMatch(/^\/uploads\/[0-9a-f-]+\.png\nNone\n$/);
  } finally {
    await server.close();
  }
});
