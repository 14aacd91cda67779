import { MatineeError } from '@matinee/sdk';
import type { Matinee } from '@matinee/sdk';
import { describe, expect, test, vi } from 'vitest';
import { fakeMatinee } from '../../test/fake-matinee.ts';
import { useOwnConfig } from '../../test/own-config.ts';
import { runFake } from '../../test/run-fake.ts';

const fake = vi.hoisted(() => ({ matinee: undefined as unknown }));
vi.mock('@matinee/sdk', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  createMatinee: () => fake.matinee as Matinee,
}));

useOwnConfig();

/** Whole ids cost no request. */
const idOf = (number: number) => `00000000-0000-7000-8000-00000000000${number}`;
const [d1, d2, d3, d7, d8, d9] = [idOf(1), idOf(2), idOf(3), idOf(7), idOf(8), idOf(9)];

const delivery = (id: string, changes: object = {}) => ({
  id,
  fact: { id: 'f1', kind: 'reservation.confirmed', key: 'reservation.confirmed:r1' },
  consequence: 'sendConfirmation',
  target: '',
  state: 'dead',
  attempts: 9,
  lastError: '550 mailbox unavailable',
  availableAt: new Date(Date.now() - 3 * 3_600_000),
  doneAt: null,
  ...changes,
});

async function against(
  line: string,
  { answers = {}, columns }: { answers?: Parameters<typeof fakeMatinee>[0]; columns?: number } = {},
) {
  const change = ({ deliveryId }: { deliveryId: string }) =>
    delivery(deliveryId, { state: 'open', attempts: 0, availableAt: new Date() });
  const { matinee, calls } = fakeMatinee({
    'admin.outbox.list': () => [delivery(d1), delivery(d2), delivery(d3)],
    'admin.outbox.retry': change,
    'admin.outbox.drop': change,
    ...answers,
  });
  fake.matinee = matinee;
  const ended = await runFake(
    line,
    columns === undefined ? {} : { columns, env: { NO_COLOR: '1' } },
  );
  return { ...ended, calls };
}

describe('outbox list', () => {
  test('filters by state, and prints whole values in a pipe', async () => {
    const { calls, data, said } = await against('outbox list --state dead --limit 2');
    expect(calls).toEqual([{ path: 'admin.outbox.list', input: { state: 'dead' } }]);
    expect(data.split('\n').slice(0, 2)).toEqual([
      expect.stringMatching(
        /^\S+1\tdead\treservation.confirmed\tsendConfirmation\t9\t\S+Z\t550 mailbox unavailable$/,
      ),
      expect.stringMatching(/^\S+2\t/),
    ]);
    expect(data.trim().split('\n')).toHaveLength(2);
    expect(said).toBe('');
  });

  test('shows the ends of ids, and says which columns a narrow terminal omits', async () => {
    const answers = {
      'admin.outbox.list': () => [delivery('019adcf0-0000-7000-8000-00000000000a')],
    };
    const narrow = await against('outbox list', { answers, columns: 80 });
    expect(narrow.data).toMatch(/^00000a {2}dead/m);
    expect(narrow.said).toContain('1 delivery.');
    expect(narrow.said).toContain('Not shown: TRIES. Widen the terminal, or add --csv.');
    const wide = await against('outbox list', { answers, columns: 140 });
    expect(wide.said).not.toContain('Not shown');
  });

  test('shows when the next attempt is, or when the delivery was done', async () => {
    const inAnHour = new Date(Date.now() + 3_600_000);
    const answers = {
      'admin.outbox.list': () => [
        delivery(d1, { state: 'open', attempts: 2, availableAt: inAnHour }),
        delivery(d2, { state: 'done', doneAt: new Date(Date.now() - 4 * 86_400_000) }),
      ],
    };
    const { data } = await against('outbox list', { answers, columns: 140 });
    expect(data).toMatch(/^000001 +open .* 2 {2}in 60 min/m);
    expect(data).toMatch(/000002 +done .* 4 d ago/);
  });

  test('prints all values as JSON and CSV', async () => {
    const { items, nextCursor } = JSON.parse((await against('outbox list --json')).data) as {
      items: unknown[];
      nextCursor: null;
    };
    expect(items).toHaveLength(3);
    expect(nextCursor).toBeNull();
    const [head, first] = (await against('outbox list --csv')).data.split('\n');
    expect(head).toBe(
      'id,state,factId,factKind,factKey,consequence,target,attempts,lastError,availableAt,doneAt',
    );
    expect(first).toMatch(
      /^\S+1,dead,f1,reservation\.confirmed,.*,550 mailbox unavailable,20.*Z,$/,
    );
  });

  test('reports an empty list', async () => {
    const answers = { 'admin.outbox.list': () => [] };
    const { data, said } = await against('outbox list', { answers, columns: 80 });
    expect(data).toBe('');
    expect(said).toContain('No deliveries.');
  });
});

describe('outbox retry', () => {
  test('retries deliveries by their ids', async () => {
    const { calls, data, said } = await against(`outbox retry ${d7} ${d8}`);
    expect(calls).toEqual([
      { path: 'admin.outbox.retry', input: { deliveryId: d7 } },
      { path: 'admin.outbox.retry', input: { deliveryId: d8 } },
    ]);
    expect(data).toMatch(/^\S+7\topen\t.*\t0\t/);
    expect(said).toBe('The server attempts 2 deliveries again.\n');
  });

  test('retries all dead deliveries, and counts them', async () => {
    const { calls, said, data } = await against('outbox retry --dead --json');
    expect(calls[0]).toEqual({ path: 'admin.outbox.list', input: { state: 'dead' } });
    expect(calls.slice(1).map(({ input }) => input)).toEqual(
      [d1, d2, d3].map((deliveryId) => ({ deliveryId })),
    );
    expect(said).toBe('The server attempts 3 deliveries again.\n');
    expect(JSON.parse(data)).toMatchObject({ items: [{ id: d1 }, {}, {}], nextCursor: null });
  });

  test('succeeds if there is no dead delivery', async () => {
    const answers = { 'admin.outbox.list': () => [] };
    const { exitCode, said } = await against('outbox retry --dead', { answers });
    expect({ exitCode, said }).toEqual({ exitCode: 0, said: 'No delivery has failed for good.\n' });
  });

  test('stops at a refusal, and reports how far it came', async () => {
    let calls = 0;
    const answers = {
      'admin.outbox.retry': ({ deliveryId }: { deliveryId: string }) => {
        calls += 1;
        if (calls === 2) {
          const message = 'No delivery with this id.';
          throw new MatineeError({ code: 'NOT_FOUND', message, status: 404, details: {} });
        }
        return delivery(deliveryId);
      },
    };
    const { exitCode, said } = await against(`outbox retry ${d7} ${d8} ${d9}`, { answers });
    expect(exitCode).toBe(3);
    expect(said).toBe(
      'Stopped after 1 of 3 deliveries.\nerror: No delivery with this id.\n' +
        '  `matinee outbox list` shows the ids.\n',
    );
  });
});

test('outbox drop gives deliveries up', async () => {
  const { calls, said } = await against(`outbox drop ${d7}`);
  expect(calls).toEqual([{ path: 'admin.outbox.drop', input: { deliveryId: d7 } }]);
  expect(said).toBe('1 delivery dropped. `matinee outbox retry` reverses this.\n');
});
