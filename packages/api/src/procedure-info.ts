import type { z } from 'zod';
import type { Meta } from './meta.ts';
import { appRouter } from './router.ts';

/** A procedure as the surfaces see it, whatever its types. */
export interface ProcedureInfo {
  /** Such as `movies.list`. */
  name: string;
  type: 'query' | 'mutation' | 'subscription';
  meta: Meta;
  /** The input's schema; undefined when the procedure takes none. */
  input: z.ZodType | undefined;
}

interface Definition {
  type: ProcedureInfo['type'];
  meta?: Meta;
  inputs: z.ZodType[];
}

/** Every procedure by its name. */
export const procedureInfos: ReadonlyMap<string, ProcedureInfo> = new Map(
  // tRPC's types nest the procedures; its record of them is flat.
  Object.entries(appRouter._def.procedures as unknown as Record<string, { _def: Definition }>).map(
    ([name, { _def: definition }]) => {
      const { type, meta = {}, inputs } = definition;
      return [name, { name, type, meta, input: inputs[0] }];
    },
  ),
);
