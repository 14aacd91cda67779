import { appRouter, hostProcedureInfos, hostRouter, procedureInfos } from '@matinee/api';
import type { OpenApiMeta, ProcedureInfo } from '@matinee/api';
import type { AnyRouter } from '@trpc/server';
import type { z } from 'zod';

/** A procedure as REST sees it. */
export interface Route extends Omit<ProcedureInfo, 'input' | 'output' | 'type'> {
  type: 'query' | 'mutation';
  /** The router that has the procedure. */
  router: AnyRouter;
  openapi: OpenApiMeta;
  input: z.ZodObject | undefined;
  /** Express' form of the path: `/movies/:movieId`. */
  path: string;
}

/** Every procedure with a REST route; static paths before those with parameters. */
export function restRoutes(): Route[] {
  const sources = [
    [appRouter, procedureInfos],
    [hostRouter, hostProcedureInfos],
  ] as const;
  return sources
    .flatMap(([router, infos]) =>
      [...infos.values()].flatMap((info) => toRoute(router, info) ?? []),
    )
    .toSorted((a, b) => countParameters(a.path) - countParameters(b.path));
}

function toRoute(router: AnyRouter, procedure: ProcedureInfo): Route | undefined {
  const { name, type, meta, input, deprecations } = procedure;
  if (!meta.openapi || type === 'subscription') {
    return undefined;
  }
  const path = meta.openapi.path.replace(/\{(\w+)\}/g, ':$1');
  const { openapi } = meta;
  return { name, type, router, meta, openapi, input: objectOf(input), deprecations, path };
}

/** The object inside `.optional()`. */
function objectOf(schema: z.ZodType | undefined): z.ZodObject | undefined {
  const inner =
    schema?.def.type === 'optional' ? (schema as z.ZodOptional<z.ZodType>).unwrap() : schema;
  return inner?.def.type === 'object' ? (inner as z.ZodObject) : undefined;
}

function countParameters(path: string): number {
  return path.split(':').length;
}
