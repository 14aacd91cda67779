import { z } from 'zod';

/**
 * The same schema, which parses each object once: a value that many responses share is stripped of
 * unpromised keys the first time, and is the same object from then on.
 */
export function parsedOnce<Schema extends z.ZodType<object>>(schema: Schema): Schema {
  const parsed = new WeakMap<object, z.infer<Schema>>();
  const once = Object.create(schema, {
    parse: {
      value: (value: object) => {
        let result = parsed.get(value);
        if (!result) {
          result = schema.parse(value);
          parsed.set(value, result);
        }
        return result;
      },
    },
  }) as Schema;
  // Under its own name in documents.
  z.globalRegistry.add(once, schema.meta() ?? {});
  return once;
}
