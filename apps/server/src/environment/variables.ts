import path from 'node:path';
import { z } from 'zod';
import { rootDir } from '../root-dir.ts';
import {
  hasSeveralHosts,
  hasTwoDecimals,
  isAddressOnly,
  isOrigin,
  isProxyList,
  isRedisAddress,
  isSender,
  isUrl,
} from './formats.ts';

/** The sender of the mails that development writes into files. */
export const developmentSender = 'Matinee <no-reply@localhost>';

/** An id from 1 to 255, and 32 bytes in base64url. */
const isTicketKey = /^([1-9]\d?|1\d\d|2[0-4]\d|25[0-5]):[\w-]{42}[AEIMQUYcgkosw048]$/;

const flag = z.enum(['on', 'off']).transform((value) => value === 'on');
const bool = z.enum(['true', 'false']).transform((value) => value === 'true');
/** As people write them: `0x10` and `1e3` are none. */
const decimal = (rules: z.ZodType<number, number>) =>
  z
    .string()
    .trim()
    .regex(/^\d{1,9}(\.\d{1,3})?$/, 'must be a number')
    .transform(Number)
    .pipe(rules);
const minutes = decimal(z.number().min(0.01).max(525_600));
const postgresUrl = z
  .string()
  .regex(/^postgres(ql)?:\/\//, 'must be postgresql://…')
  .refine((value) => !hasSeveralHosts(value), {
    message:
      'must name one host, without target_session_attrs: for a primary that moves, name a proxy that follows it, such as HAProxy (deploy/haproxy)',
    abort: true,
  })
  .refine(isUrl, {
    message: 'must be a URL: percent-encode special characters in the password',
  });
const redisUrl = z
  .string()
  .regex(/^rediss?:\/\//, 'must be redis://… or rediss://…')
  .refine(isUrl, {
    message: 'must be a URL: percent-encode special characters in the password',
    abort: true,
  })
  .refine(isRedisAddress, {
    message: 'must have a host and nothing behind it but a port and the number of a database',
  });
const secret = z
  .string()
  .refine((value) => Buffer.byteLength(value) >= 32, { message: 'must have at least 32 bytes' });
const folder = z.string().transform((value) => path.resolve(rootDir, value));

const webUrl = z
  .string()
  .regex(/^https?:\/\//, 'must be https://…')
  .refine(isUrl, { message: 'must be a URL' });

/** With a path, if need be: something is put behind it. */
const addressOnly = webUrl.refine(isAddressOnly, {
  message: 'must not have a user, a query or spaces',
});

/**
 * Methods of Stripe that are paid, or not, while the customer looks on. Debits, transfers and vouchers
 * settle after days, and a seat cannot wait for them.
 */
const immediateMethods = [
  'card',
  'link',
  'ideal',
  'bancontact',
  'paypal',
  'twint',
  'blik',
] as const;

export const Variables = z.object({
  DATABASE_URL: postgresUrl.optional(),
  DATABASE_DIRECT_URL: postgresUrl.optional(),
  DATABASE_POOLER: z.enum(['none', 'transaction']).optional(),
  DATABASE_REPLICA_URLS: list(postgresUrl).default([]),
  REPLICA_MAX_LAG_SECONDS: decimal(z.number().positive().max(3_600)).default(5),
  READ_YOUR_WRITES_SECONDS: decimal(z.number().nonnegative().max(3_600)).default(5),
  REDIS_URL: redisUrl.optional(),
  DATA_DIR: folder.default(path.join(rootDir, '.data')),
  HOST: z.string().default('127.0.0.1'),
  DEMO_ON_NETWORK: flag.default(false),
  PORT: decimal(z.number().int().min(0).max(65_535)).default(8000),
  DRAIN_SECONDS: decimal(z.number().nonnegative().max(60)).default(0),
  ENVIRONMENT: z.enum(['development', 'test', 'production']).default('development'),
  DEBUG: bool.default(false),
  JWT_SECRET_KEY: secret.optional(),
  JWT_PREVIOUS_SECRET_KEYS: list(secret).default([]),
  JWT_ALGORITHM: z.literal('HS256', { error: 'must be HS256' }).default('HS256'),
  JWT_ACCESS_TOKEN_EXPIRE_MINUTES: minutes.default(1440),
  ALLOWED_ORIGINS: list(z.string().refine(isOrigin, { message: 'must be exact origins' })).default([
    'http://localhost:3000',
    'http://localhost:8000',
  ]),
  UPLOAD_DIR: folder.default(path.join(rootDir, 'uploads')),
  POSTER_STORE: z.enum(['disk', 's3']).default('disk'),
  S3_ENDPOINT: addressOnly.optional(),
  S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of a bucket')
    .optional(),
  S3_REGION: z
    .string()
    .regex(/^[\w-]+$/, 'must be a region')
    .default('us-east-1'),
  S3_ACCESS_KEY_ID: z.string().min(1).optional(),
  S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
  POSTER_BASE_URL: addressOnly.optional(),
  MAX_UPLOAD_SIZE_MB: decimal(z.number().positive().max(100)).default(5),
  SEAT_LOCK_TTL_MINUTES: minutes.default(10),
  SEAT_LOCK_MAX_MINUTES: minutes.default(30),
  SEAT_LOCK_MAX_SEATS: decimal(z.number().int().min(1).max(50)).default(10),
  CURRENCY: z
    .string()
    .refine(hasTwoDecimals, { message: 'must be an ISO 4217 currency with two decimals' })
    .default('USD'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  TRUST_PROXY: z
    .string()
    .refine(isProxyList, { message: 'must be a number of proxies or a list of CIDR ranges' })
    .default('0'),
  EMAIL_PROOF: z.enum(['off', 'required']).default('off'),
  SECOND_FACTOR: z.enum(['optional', 'staff']).default('optional'),
  WEBHOOK_ALLOW_PRIVATE: flag.default(false),
  RATE_LIMIT: flag.default(true),
  METRICS_TOKEN: z.string().min(16).optional(),
  DOCS: flag.default(true),
  JOBS: flag.default(true),
  BATCHING: flag.default(true),
  PAYMENTS: list(z.enum(['none', 'stripe', 'paypal'])).default(['none']),
  PAYMENT_WINDOW_MINUTES: decimal(z.number().min(1).max(60)).default(10),
  PAYMENT_RETURN_URL: webUrl.optional(),
  STRIPE_SECRET_KEY: z
    .string()
    .regex(/^(sk|rk)_(test|live)_\w+$/, 'must be a secret key of Stripe: sk_… or rk_…')
    .optional(),
  STRIPE_PUBLISHABLE_KEY: z
    .string()
    .regex(/^pk_(test|live)_\w+$/, 'must be a publishable key of Stripe: pk_…')
    .optional(),
  STRIPE_WEBHOOK_SECRET: list(
    z.string().regex(/^whsec_\S+$/, 'must be signing secrets of Stripe: whsec_…'),
  ).default([]),
  STRIPE_PAYMENT_METHODS: list(
    z.enum(immediateMethods, {
      error: `must be methods that settle immediately: ${immediateMethods.join(', ')}`,
    }),
  ).default(['card']),
  STRIPE_API_BASE: webUrl.optional(),
  PAYPAL_CLIENT_ID: z.string().min(1).optional(),
  PAYPAL_CLIENT_SECRET: z.string().min(1).optional(),
  PAYPAL_WEBHOOK_ID: z.string().min(1).optional(),
  PAYPAL_API_BASE: webUrl.optional(),
  TICKET_KEYS: list(
    z.string().regex(isTicketKey, 'must be keys such as 1:… with 32 random bytes in base64url'),
  ).default([]),
  TICKET_FONTS_DIR: folder.optional(),
  PUBLIC_URL: addressOnly.optional(),
  SMS: z.enum(['none', 'twilio']).default('none'),
  TWILIO_ACCOUNT_SID: z
    .string()
    .regex(/^AC[0-9a-f]{32}$/, 'must be the SID of an account: AC and 32 digits')
    .optional(),
  TWILIO_AUTH_TOKEN: z.string().min(1).optional(),
  TWILIO_FROM: z
    .string()
    .regex(/^(\+[1-9]\d{6,14}|MG[0-9a-f]{32}|[\w ]{1,11})$/, 'must be a number, a sender or MG…')
    .optional(),
  TWILIO_API_BASE: webUrl.optional(),
  MAIL_URL: z
    .string()
    .regex(/^smtps?:\/\//, 'must be smtp://… or smtps://…')
    .refine(isUrl, {
      message: 'must be a URL: percent-encode special characters in the password',
    })
    .optional(),
  MAIL_FROM: z
    .string()
    .refine(isSender, { message: 'must be an address such as Matinee <tickets@example.com>' })
    .default(developmentSender),
});

/** The variables, parsed. Folders are absolute. */
export type Variables = z.infer<typeof Variables>;

function list(item: z.ZodType<string, string>) {
  return z
    .string()
    .transform((value) => value.split(',').flatMap((part) => part.trim() || []))
    .pipe(z.array(item));
}
