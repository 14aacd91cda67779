import { expect, test, vi } from 'vitest';
import { createTestApp } from '../test/app.ts';
import { aShowtime } from '../test/builders.ts';
import { keptLog } from '../test/lines.ts';
import { consequences } from './consequences.ts';
import { LastingProblem } from './lasting-problem.ts';
import { OutboxWorker } from './outbox/worker.ts';

function aProblem() {
  const { log, lines } = keptLog();
  const problem = new LastingProblem(log, { begins: 'It is away', ends: 'It is back' });
  return { problem, lines };
}

const err = new Error('refused');
const begin = { level: 'warn', message: 'It is away', fields: { err } };
const end = (failures: number) => {
  const seconds = expect.any(Number) as number;
  return { level: 'info', message: 'It is back', fields: { failures, seconds } };
};

test('a problem is one line at its beginning and one at its end, each time', () => {
  const { problem, lines } = aProblem();
  problem.worked();
  expect(lines).toEqual([]);
  problem.failed(err);
  problem.failed(new Error('another'));
  problem.failed(err);
  expect(lines).toEqual([begin]);
  problem.worked();
  problem.worked();
  expect(lines).toEqual([begin, end(3)]);
  problem.failed(err);
  problem.worked();
  expect(lines).toEqual([begin, end(3), begin, end(1)]);
});

test('a problem with several parts is over when the last of them works', () => {
  const { problem, lines } = aProblem();
  problem.failed(err, 'one');
  problem.failed(err, 'other');
  problem.worked('one');
  problem.worked('one');
  problem.worked('third');
  expect(lines).toEqual([begin]);
  problem.worked('other');
  expect(lines).toEqual([begin, end(2)]);
});

test('maps and an outbox that cannot be read for a while are two lines each', async () => {
  const { log, lines } = keptLog();
  const { app, asOwner, close } = await createTestApp({}, undefined, { log });
  const shows = [(await aShowtime(app)).showtime.id, (await aShowtime(app)).showtime.id];
  const leaving = new AbortController();
  const { signal } = leaving;
  const maps = shows.map((id) => app.seatMaps.watch(id, { signal }));
  await Promise.all(maps.map((map) => map.next()));
  const watching = maps.map(async (map) => {
    for await (const _event of map) {
      // Read on.
    }
  });
  const worker = new OutboxWorker(app, consequences);
  worker.start();
  const reading = vi.spyOn(app.seatMaps, 'recent');
  lines.length = 0;
  const rename = (from: string, to: string) =>
    asOwner(
      `alter table seat_claims${from} rename to seat_claims${to};
       alter table deliveries${from} rename to deliveries${to}`,
    );
  await rename('', '_elsewhere');
  const failures = () => reading.mock.settledResults.filter(({ type }) => type === 'rejected');
  const found = () => lines.map(({ message }) => message);
  await vi.waitFor(() => {
    expect(failures().length).toBeGreaterThan(5);
    expect(found()).toHaveLength(2);
  }, 10_000);
  await rename('_elsewhere', '');
  const messages = [
    'Live seat maps cannot be read',
    'Live seat maps can be read again',
    'The outbox cannot be read; nothing is delivered meanwhile',
    'The outbox can be read again',
  ];
  await vi.waitFor(() => expect(found().toSorted()).toEqual(messages.toSorted()), 10_000);
  expect(lines.find(({ message }) => message === messages[1])).toMatchObject({
    fields: { failures: failures().length },
  });
  leaving.abort();
  await Promise.all(watching);
  await worker.stop();
  await close();
});
