import type { AnyRouter } from '@trpc/server';
import type { z } from 'zod';
import { deprecatedParts } from './deprecation.ts';
import type { Deprecation } from './deprecation.ts';
import type { Meta } from './meta.ts';
import { appRouter, hostRouter } from './router.ts';

/** A procedure as the surfaces see it, whatever its types. */
export interface ProcedureInfo {
  /** Such as `movies.list`. */
  name: string;
  type: 'query' | 'mutation' | 'subscription';
  meta: Meta;
  /** The input's schema; undefined when the procedure takes none. */
  input: z.ZodType | undefined;
  /** The output's schema; undefined for a subscription. */
  output: z.ZodType | undefined;
  /** The deprecated parts of the output. */
  deprecations: readonly Deprecation[];
}

interface Definition {
  type: ProcedureInfo['type'];
  meta?: Meta;
  inputs: z.ZodType[];
  output?: z.ZodType;
}

/** Every procedure by its name. */
export const procedureInfos = infosOf(appRouter);

/** The procedures that only the host calls. */
export const hostProcedureInfos = infosOf(hostRouter);

function infosOf({ _def: { procedures } }: AnyRouter): ReadonlyMap<string, ProcedureInfo> {
  // tRPC's types nest the procedures; its record of them is flat.
  const flat = Object.entries(procedures as unknown as Record<string, { _def: Definition }>);
  return new Map(
    flat.map(([name, { _def: definition }]) => {
      const { type, meta = {}, inputs, output } = definition;
      const deprecations = deprecatedParts(output);
      return [name, { name, type, meta, input: inputs[0], output, deprecations }];
    }),
  );
}
