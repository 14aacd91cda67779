import { appRouter } from '@matinee/api';
import type { Meta, OpenApiMeta } from '@matinee/api';
import type { z } from 'zod';

/** A procedure as REST sees it. */
export interface Route {
  /** The procedure's name, such as `movies.list`. */
  name: string;
  type: 'query' | 'mutation';
  meta: Meta;
  openapi: OpenApiMeta;
  input: z.ZodObject | undefined;
  /** Express' form of the path: `/movies/:movieId`. */
  path: string;
}

interface ProcedureDefinition {
  type: 'query' | 'mutation' | 'subscription';
  meta?: Meta;
  inputs: z.ZodType[];
}

/** Every procedure with a REST route; static paths before those with parameters. */
export function restRoutes(): Route[] {
  const procedures = Object.entries(appRouter._def.procedures) as unknown as [
    string,
    { _def: ProcedureDefinition },
  ][];
  return procedures
    .flatMap(([name, { _def: definition }]) => toRoute(name, definition) ?? [])
    .toSorted((a, b) => countParameters(a.path) - countParameters(b.path));
}

function toRoute(name: string, { type, meta, inputs }: ProcedureDefinition): Route | undefined {
  if (!meta?.openapi || type === 'subscription') {
    return undefined;
  }
  const path = meta.openapi.path.replace(/\{(\w+)\}/g, ':$1');
  return { name, type, meta, openapi: meta.openapi, input: objectOf(inputs[0]), path };
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
