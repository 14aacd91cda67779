import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { callerOf, createTestApp } from '../test/app.ts';
import { anAdmin, aShowtime } from '../test/builders.ts';
import { appRouter } from './router.ts';

/** What stands in cursors: the text or the instant by which a list is sorted, and an id. */
const cursors = ['A', Date.now()].map((first) =>
  Buffer.from(JSON.stringify([first, randomUUID()])).toString('base64url'),
);

interface Declared {
  _def: { inputs: { shape?: Record<string, unknown> }[] };
}

/** The names of the fields of every list's input. */
const lists = Object.entries(appRouter._def.procedures as unknown as Record<string, Declared>)
  .map(([name, { _def }]) => ({
    name,
    fields: _def.inputs.flatMap(({ shape = {} }) => Object.keys(shape)),
  }))
  .filter(({ fields }) => fields.includes('cursor'));

test('every list goes on after a cursor of its own, and refuses those of other lists', async () => {
  const { app, close } = await createTestApp();
  try {
    const { showtime, movieId } = await aShowtime(app);
    const call = callerOf(app, { token: (await anAdmin(app)).token });
    const endpoint = { url: 'https://hooks.example.com', events: ['*' as const] };
    const { id: webhookId } = await call.admin.webhooks.create(endpoint);
    const required = { showtimeId: showtime.id, movieId, webhookId };
    const answers = await Promise.all(
      lists.map(async ({ name, fields }) => {
        const own = Object.entries(required).filter(([field]) => fields.includes(field));
        const list = name
          .split('.')
          .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], call);
        const read = list as (input: object) => Promise<unknown>;
        const outcomes = cursors.map((cursor) =>
          read({ ...Object.fromEntries(own), cursor }).then(
            () => 'a page',
            (error: unknown) =>
              (error as { cause?: { code?: string } }).cause?.code ?? String(error),
          ),
        );
        return { name, outcomes: (await Promise.all(outcomes)).toSorted() };
      }),
    );
    expect(answers.length).toBeGreaterThan(10);
    expect(answers).toEqual(
      lists.map(({ name }) => ({ name, outcomes: ['VALIDATION_ERROR', 'a page'] })),
    );
  } finally {
    await close();
  }
});
