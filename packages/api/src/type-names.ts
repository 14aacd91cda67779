import { z } from 'zod';

/**
 * Names for the SDK's types of schemas that have no name in the OpenAPI document. A schema that is
 * in neither is written out where it is used.
 */
export const typeNames = z.registry<{ name: string }>();

/** The name of a schema in the document or in the SDK; a copy for one place has that of its original. */
export function nameOf(schema: z.ZodType): string | undefined {
  const { parent } = schema._zod;
  const own = schema.meta()?.id ?? typeNames.get(schema)?.name;
  return own ?? (parent && nameOf(parent as z.ZodType));
}
