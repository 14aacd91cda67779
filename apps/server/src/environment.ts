import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import path from 'node:path';
import { Config } from '@matinee/api';
import { z } from 'zod';

/** The folder of the repository, from the sources as from the build. */
export const rootDir = path.resolve(import.meta.dirname, '../../..');

/** Values that stand in examples for everyone to read. */
const publicSecrets = [
  'change-me-to-at-least-32-random-bytes',
  'your-secret-key-change-in-production',
];

/** The sender of the mails that development writes into files. */
const developmentSender = 'Matinee <no-reply@localhost>';

const flag = z.enum(['on', 'off']).transform((value) => value === 'on');
const bool = z.enum(['true', 'false']).transform((value) => value === 'true');
const minutes = z.coerce.number().positive().max(525_600);
const postgresUrl = z
  .string()
  .regex(/^postgres(ql)?:\/\//, 'must be postgresql://…')
  .refine(isUrl, {
    message: 'must be a URL: percent-encode special characters in the password',
  });
const folder = z.string().transform((value) => path.resolve(rootDir, value));

const Variables = z.object({
  DATABASE_URL: postgresUrl.optional(),
  DATABASE_REPLICA_URLS: list(postgresUrl).default([]),
  DATA_DIR: folder.default(path.join(rootDir, '.data')),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8000),
  ENVIRONMENT: z.enum(['development', 'test', 'production']).default('development'),
  DEBUG: bool.default(false),
  JWT_SECRET_KEY: z
    .string()
    .refine((value) => Buffer.byteLength(value) >= 32, { message: 'must have at least 32 bytes' })
    .optional(),
  JWT_ALGORITHM: z.literal('HS256', { error: 'must be HS256' }).default('HS256'),
  JWT_ACCESS_TOKEN_EXPIRE_MINUTES: minutes.default(1440),
  ALLOWED_ORIGINS: list(z.string().refine(isOrigin, { message: 'must be exact origins' })).default([
    'http://localhost:3000',
    'http://localhost:8000',
  ]),
  UPLOAD_DIR: folder.default(path.join(rootDir, 'uploads')),
  MAX_UPLOAD_SIZE_MB: z.coerce.number().positive().max(100).default(5),
  SEAT_LOCK_TTL_MINUTES: minutes.default(10),
  SEAT_LOCK_MAX_MINUTES: minutes.default(30),
  SEAT_LOCK_MAX_SEATS: z.coerce.number().int().min(1).max(50).default(10),
  CURRENCY: z
    .string()
    .refine(hasTwoDecimals, { message: 'must be an ISO 4217 currency with two decimals' })
    .default('USD'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  TRUST_PROXY: z
    .string()
    .refine(isProxyList, { message: 'must be a number of proxies or a list of CIDR ranges' })
    .default('0'),
  RATE_LIMIT: flag.default(true),
  JOBS: flag.default(true),
  BATCHING: flag.default(true),
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

/** The environment, checked. Folders are absolute. */
export type Environment = z.infer<typeof Variables> & { readonly fromFile: boolean };

/** What is wrong with the environment: one line per problem, which never shows a value. */
export class EnvironmentError extends Error {
  readonly problems: string[];

  constructor(problems: string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/**
 * Reads the environment once; `.env` of the repository fills in what is not set.
 *
 * @throws EnvironmentError
 */
export function readEnvironment(env: NodeJS.ProcessEnv = process.env): Environment {
  const file = path.join(rootDir, '.env');
  const fromFile = env === process.env && existsSync(file);
  if (fromFile) {
    process.loadEnvFile(file);
  }
  const set = Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== '');
  const parsed = Variables.safeParse(Object.fromEntries(set));
  if (!parsed.success) {
    throw new EnvironmentError(
      parsed.error.issues.map((issue) => `${String(issue.path[0])}: ${problem(issue)}`),
    );
  }
  const problems = [...contradictions(parsed.data), ...productionProblems(parsed.data)];
  if (problems.length > 0) {
    throw new EnvironmentError(problems);
  }
  return { ...parsed.data, fromFile };
}

/** The product's configuration on a database; makes the development secret when there is none. */
export function toConfig(environment: Environment, database: { url: string; version: string }) {
  return Config.parse({
    version: database.version,
    environment: environment.ENVIRONMENT,
    database: { url: database.url, replicaUrls: environment.DATABASE_REPLICA_URLS },
    jwt: {
      secret: environment.JWT_SECRET_KEY ?? developmentSecret(environment.DATA_DIR),
      expiresInMinutes: environment.JWT_ACCESS_TOKEN_EXPIRE_MINUTES,
    },
    seatLock: {
      ttlMinutes: environment.SEAT_LOCK_TTL_MINUTES,
      maxMinutes: environment.SEAT_LOCK_MAX_MINUTES,
      maxSeats: environment.SEAT_LOCK_MAX_SEATS,
    },
    currency: environment.CURRENCY,
    rateLimit: environment.RATE_LIMIT,
    batching: environment.BATCHING,
    jobs: environment.JOBS,
    dataDir: environment.DATA_DIR,
  });
}

/** Express' setting for `TRUST_PROXY`. */
export function trustProxy(value: string): number | string[] {
  return /^\d+$/.test(value) ? Number(value) : value.split(',').map((part) => part.trim());
}

function contradictions(variables: z.infer<typeof Variables>): string[] {
  const { SEAT_LOCK_TTL_MINUTES: ttl, SEAT_LOCK_MAX_MINUTES: max } = variables;
  const { MAIL_URL: mailUrl, MAIL_FROM: from } = variables;
  return applying({
    'SEAT_LOCK_MAX_MINUTES: must not be below SEAT_LOCK_TTL_MINUTES': max < ttl,
    'MAIL_FROM: is required with MAIL_URL': mailUrl !== undefined && from === developmentSender,
  });
}

function productionProblems(variables: z.infer<typeof Variables>): string[] {
  if (variables.ENVIRONMENT !== 'production') {
    return [];
  }
  const { JWT_SECRET_KEY: secret } = variables;
  return applying({
    'JWT_SECRET_KEY: is required in production': secret === undefined,
    'JWT_SECRET_KEY: is the value of an example; make one of your own':
      secret !== undefined && publicSecrets.includes(secret),
    'DEBUG: must not be true in production': variables.DEBUG,
    'ALLOWED_ORIGINS: * is refused in production': variables.ALLOWED_ORIGINS.includes('*'),
    'RATE_LIMIT: off is refused in production': !variables.RATE_LIMIT,
  });
}

/** The lines of the problems that apply. */
function applying(problems: Record<string, boolean>): string[] {
  return Object.entries(problems).flatMap(([line, applies]) => (applies ? [line] : []));
}

/** zod's own messages may repeat the value, which may be a secret. */
function problem(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'custom':
      return issue.message;
    case 'invalid_format':
      return issue.message;
    case 'invalid_value':
      return `must be ${issue.values.join(' or ')}`;
    case 'too_small':
      return `must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`;
    case 'too_big':
      return `must be at most ${issue.maximum}`;
    default:
      return 'must be a number';
  }
}

function list(item: z.ZodType<string, string>) {
  return z
    .string()
    .transform((value) => value.split(',').flatMap((part) => part.trim() || []))
    .pipe(z.array(item));
}

function isUrl(value: string): boolean {
  return URL.canParse(value);
}

/** `a@b.example` or `Name <a@b.example>`: nothing that a mail header reads as a list or a group. */
function isSender(value: string): boolean {
  const address = String.raw`[^\s<>@,:;"()]+@[^\s<>@,:;"()]+`;
  const name = String.raw`("[^"\\<>\r\n]*" *|[^"\\<>@,:;()\r\n]*)`;
  return new RegExp(`^(${name}<${address}>|${address})$`).test(value);
}

function isOrigin(value: string): boolean {
  return value === '*' || (URL.canParse(value) && new URL(value).origin === value);
}

function isProxyList(value: string): boolean {
  return /^\d{1,2}$/.test(value) || value.split(',').every((part) => isRange(part.trim()));
}

function isRange(range: string): boolean {
  const [address = '', bits, ...rest] = range.split('/');
  const version = isIP(address);
  const most = version === 6 ? 128 : 32;
  const fits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most);
  return version !== 0 && fits && rest.length === 0;
}

function hasTwoDecimals(code: string): boolean {
  if (!Intl.supportedValuesOf('currency').includes(code)) {
    return false;
  }
  const format = new Intl.NumberFormat('en', { style: 'currency', currency: code });
  return format.resolvedOptions().maximumFractionDigits === 2;
}

/** Tokens outlive a restart in development, and no two checkouts share a secret. */
function developmentSecret(dataDir: string): string {
  const file = path.join(dataDir, 'jwt-secret');
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  try {
    // `wx`: of two servers that start at once one writes, the other reads.
    writeFileSync(file, randomBytes(48).toString('base64url'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw error;
    }
  }
  return readFileSync(file, 'utf8').trim();
}
