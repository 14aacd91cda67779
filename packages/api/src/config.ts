import { z } from 'zod';

const DatabaseConfig = z.object({
  url: z.string(),
  /** PostgreSQL itself when `url` leads to a connection pooler: for migrations and jobs. */
  directUrl: z.string().optional(),
  /**
   * `transaction`: each transaction may run on another connection of a pooler, so statements have no
   * names and connections no settings.
   */
  pooler: z.enum(['none', 'transaction']).default('none'),
  replicaUrls: z.array(z.string()).default([]),
  /** A replica that lacks what the primary had before this time is not read. */
  replicaMaxLagSeconds: z.number().positive().default(5),
  /** Users who have changed something read from the primary for this long. */
  readYourWritesSeconds: z.number().nonnegative().default(5),
  /** Connections of this process to the primary; twenty are enough for two cores. */
  poolSize: z.number().int().min(2).max(500).default(20),
});

/** The product's configuration. The host decides where it comes from. */
export const Config = z.object({
  version: z.string(),
  environment: z.enum(['development', 'test', 'production']).default('development'),
  database: DatabaseConfig,
  jwt: z.object({
    secret: z.string().min(32),
    /** Secrets of before, whose tokens are accepted until they expire. */
    previousSecrets: z.array(z.string().min(32)).default([]),
    expiresInMinutes: z.number().positive(),
  }),
  seatLock: z.object({
    ttlMinutes: z.number().positive(),
    maxMinutes: z.number().positive(),
    maxSeats: z.number().int().positive(),
  }),
  /** Where browsers reach this installation, for links in mails; without it they have none. */
  publicUrl: z.url().optional(),
  /** In front of `/uploads/…` in every `posterUrl`, for a CDN; without it they are paths. */
  posterBaseUrl: z.url().optional(),
  currency: z.string().length(3),
  /** Keys that sign tickets; the first signs, the others are accepted. Empty in production: no tickets. */
  ticketKeys: z
    .array(z.object({ kid: z.number().int().min(1).max(255), seed: z.string().length(43) }))
    .default([]),
  /** How long a customer can pay for a reservation. */
  paymentWindowMinutes: z.number().positive().default(10),
  webhooks: z
    .object({
      /** Whether events may be sent to this machine and into its network, and without TLS. */
      allowPrivate: z.boolean().default(false),
    })
    .prefault({}),
  /** Whether accounts without a proven address may only lock two seats, where nothing is paid. */
  emailProof: z.boolean().default(false),
  /** Whether staff and administrators without a second factor may only set one up. */
  secondFactorOfStaff: z.boolean().default(false),
  rateLimit: z.boolean(),
  /** Whether bookings that wait share round trips; off for tests and comparison. */
  batching: z.boolean().default(true),
  /** Whether this server runs the background jobs; reported by `admin.status`. */
  jobs: z.boolean(),
  /** Whether the host serves the documentation; `GET /api/v1` links to it then. */
  docs: z.boolean().default(true),
  /** Folder whose disk `admin.status` reports on. */
  dataDir: z.string(),
  /** Work factor of bcrypt; each step doubles the time of a hash. */
  bcryptCost: z.number().int().min(4).max(15).default(10),
});

export type Config = z.infer<typeof Config>;
export type DatabaseConfig = z.infer<typeof DatabaseConfig>;

/** The life of an access token, in seconds. */
export function tokenSeconds({ jwt }: Pick<Config, 'jwt'>): number {
  return Math.round(jwt.expiresInMinutes * 60);
}

const daySeconds = 24 * 60 * 60;

/** The life of a guest's token, in seconds: a day. It is not renewed. */
export const guestSeconds = daySeconds;

/** How long a session lives that is not renewed, in seconds: 30 days. */
export const refreshSeconds = 30 * daySeconds;

/** How long a session lives that is renewed again and again, in seconds: 180 days. */
export const longestSessionSeconds = 180 * daySeconds;
