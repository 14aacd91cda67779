import type { Matinee } from '@matinee/sdk';
import { confirm } from '../ask.ts';
import type { Run } from '../command.ts';
import { readInput, revisionOf } from '../input.ts';
import type { Field, InputOptions } from '../input.ts';
import { showDeleted } from '../output/details.ts';
import type { Paint } from '../output/paint.ts';
import type { Format } from '../session.ts';

/** Something that can be taken away. */
export interface Removable<Item> {
  /** `Movie`. */
  name: string;
  get: (matinee: Matinee, id: string) => Promise<Item>;
  remove: (matinee: Matinee, id: string) => Promise<{ id: string; archived: boolean }>;
  /** What goes, in the words of the question. */
  describe: (item: Item) => string;
}

/** Something that flags make and change. */
export interface Editable<Item> extends Removable<Item> {
  fields: readonly Field[];
  create: (matinee: Matinee, input: Record<string, unknown>) => Promise<Item>;
  update: (matinee: Matinee, id: string, input: Record<string, unknown>) => Promise<Item>;
  show: (item: Item, paint: Paint) => string;
}

export function creates<Item>(kind: Editable<Item>): Run<InputOptions & Format> {
  return async (session, options) => {
    const input = readInput(options, kind.fields, 'create');
    const matinee = await session.matinee();
    const item = await kind.create(matinee, input);
    session.answer(options, item, () => kind.show(item, session.paint));
    session.talk(`${kind.name} created.`);
  };
}

export function updates<Item extends { revision: number }>(
  kind: Editable<Item>,
): Run<InputOptions & Format> {
  return async (session, options, [id = '']) => {
    const input = readInput(options, kind.fields, 'update');
    const matinee = await session.matinee();
    const revision = await revisionOf(options, input, () => kind.get(matinee, id));
    const item = await kind.update(matinee, id, { ...input, revision });
    session.answer(options, item, () => kind.show(item, session.paint));
    session.talk(`${kind.name} changed.`);
  };
}

export function deletes<Item>(kind: Removable<Item>): Run<Format> {
  return async (session, options, [id = '']) => {
    const matinee = await session.matinee();
    await confirm(session, async () => `Delete ${kind.describe(await kind.get(matinee, id))}?`);
    const deleted = await kind.remove(matinee, id);
    session.answer(options, deleted, () => showDeleted(deleted, session.paint));
    session.talk(`${kind.name} deleted.`);
  };
}
