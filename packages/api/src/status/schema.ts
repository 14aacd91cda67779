import { z } from 'zod';
import { Count, Instant } from '../schema.ts';

export const Status = z
  .object({
    version: z.string(),
    now: Instant.meta({ description: 'The database’s clock.' }),
    database: z.object({
      version: z.string(),
      latencyMs: z.number(),
      migrationsPending: Count,
    }),
    jobs: z.object({ enabled: z.boolean(), lastSweepAt: Instant.nullable() }),
    disk: z.object({ freeBytes: z.number() }),
    uptimeSeconds: z.number(),
  })
  .meta({ id: 'Status' });
export type Status = z.infer<typeof Status>;
