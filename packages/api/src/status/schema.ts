import { z } from 'zod';
import { Count, Instant } from '../schema.ts';

export const Status = z
  .object({
    version: z.string().meta({ description: 'The version of the server.' }),
    now: Instant.meta({ description: 'The database’s clock.' }),
    database: z
      .object({
        version: z.string().meta({ description: 'The version of PostgreSQL.' }),
        latencyMs: z.number().meta({ description: 'The time of one round trip, in milliseconds.' }),
        migrationsPending: Count.meta({ description: 'Migrations that have not been applied.' }),
      })
      .meta({ description: 'The database.' }),
    jobs: z
      .object({
        enabled: z.boolean().meta({ description: 'Whether this server runs jobs.' }),
        lastSweepAt: Instant.nullable().meta({
          description: 'When expired locks were last swept.',
        }),
      })
      .meta({ description: 'The background jobs.' }),
    disk: z
      .object({ freeBytes: z.number().meta({ description: 'Free space, in bytes.' }) })
      .meta({ description: 'The disk of the data folder.' }),
    uptimeSeconds: z.number().meta({ description: 'Seconds since this server started.' }),
  })
  .meta({ id: 'Status' });
export type Status = z.infer<typeof Status>;
