import type { Matinee } from '@matinee/sdk';
import { confirm } from '../ask.ts';
import type { Run } from '../command.ts';
import { askForMissing, readInput, revisionOf } from '../input.ts';
import type { Field, InputOptions } from '../input.ts';
import { exactFinder, findId } from '../named/find-id.ts';
import type { Thing } from '../named/kinds.ts';
import { showDeleted } from '../output/details.ts';
import type { Paint } from '../output/paint.ts';
import type { Format } from '../session.ts';

/** A kind of resource that can be deleted. */
export interface Removable<Item> {
  /** `Movie`. */
  name: string;
  thing: Thing;
  get: (matinee: Matinee, id: string) => Promise<Item>;
  remove: (matinee: Matinee, id: string) => Promise<{ id: string; archived: boolean }>;
  /** The item and everything that is deleted with it, for the prompt. */
  describe: (item: Item) => string;
}

/** A kind of resource that flags can create and update. */
export interface Editable<Item> extends Removable<Item> {
  fields: readonly Field[];
  create: (matinee: Matinee, input: Record<string, unknown>) => Promise<Item>;
  update: (matinee: Matinee, id: string, input: Record<string, unknown>) => Promise<Item>;
  show: (item: Item, paint: Paint) => string;
}

export function creates<Item>(kind: Editable<Item>): Run<InputOptions & Format> {
  return async (session, options) => {
    const complete = await askForMissing(session, options, kind.fields);
    const input = readInput(complete, kind.fields, 'create');
    const matinee = await session.matinee();
    const item = await kind.create(matinee, input);
    session.print(options, item, () => kind.show(item, session.paint));
    session.talk(`${kind.name} created.`);
  };
}

export function updates<Item extends { revision: number }>(
  kind: Editable<Item>,
): Run<InputOptions & Format> {
  return async (session, options, [typed = '']) => {
    const input = readInput(options, kind.fields, 'update');
    const matinee = await session.matinee();
    const id = await findId(session, kind.thing, typed);
    const revision = await revisionOf(options, input, () => kind.get(matinee, id));
    const item = await kind.update(matinee, id, { ...input, revision });
    session.print(options, item, () => kind.show(item, session.paint));
    session.talk(`${kind.name} updated.`);
  };
}

export function deletes<Item>(kind: Removable<Item>): Run<Format> {
  return async (session, options, [typed = '']) => {
    const matinee = await session.matinee();
    const found = exactFinder(session, kind.thing, typed);
    await confirm(session, async () => {
      const item = await kind.get(matinee, (await found()).id);
      return `Delete ${kind.describe(item)}?`;
    });
    const deleted = await kind.remove(matinee, (await found()).id);
    session.print(options, deleted, () => showDeleted(deleted, session.paint));
    session.talk(`${kind.name} deleted.`);
  };
}
