import { z } from 'zod';
import { CalendarDateOutput, Count, Instant } from '../schema.ts';

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
    warnings: z.array(z.string()).meta({
      description: 'Settings of this server that are unwise in production; empty elsewhere.',
    }),
    uptimeSeconds: z.number().meta({ description: 'Seconds since this server started.' }),
  })
  .meta({ id: 'Status' });
export type Status = z.infer<typeof Status>;

const path = (description: string) => z.string().meta({ description });
const page = (description: string) =>
  path(`${description} Absent where the server does not publish it.`).optional();

/** What is served, and where. */
export const ApiIndex = z
  .object({
    name: z.string(),
    version: z.string().meta({ description: 'Version of the server.' }),
    links: z
      .object({
        movies: path('The catalogue.'),
        theaters: path('Theaters and their seats.'),
        showtimes: path('The schedule.'),
        trpc: path('The same API over tRPC.'),
        health: path('Whether this server is ready.'),
        openapi: page('The OpenAPI 3.1 document.'),
        openapi30: page('The same document in OpenAPI 3.0.'),
        docs: page('The documentation, with a form for each request.'),
        redoc: page('The documentation, for reading.'),
        versioning: page('What this version promises, and how parts of it are deprecated.'),
      })
      .meta({ description: 'Paths on this server.' }),
    deprecations: z
      .array(
        z.object({
          field: z.string().meta({
            description: 'The part, by the name of its schema.',
            examples: ['Showtime.seatTypePrices'],
          }),
          since: CalendarDateOutput.meta({ description: 'The day of its deprecation, in UTC.' }),
          sunset: CalendarDateOutput.meta({
            description: 'The earliest day on which it may be missing.',
          }),
          instead: z.string().meta({ description: 'What to use in its place.' }),
        }),
      )
      .meta({ description: 'Parts of responses that a later version may leave out.' }),
  })
  .meta({ id: 'ApiIndex' });
export type ApiIndex = z.infer<typeof ApiIndex>;
