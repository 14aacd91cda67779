import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Config } from '@matinee/api';
import type { z } from 'zod';
import { contradictions, networkProblems, productionProblems } from './environment/rules.ts';
import { Variables } from './environment/variables.ts';
import { rootDir } from './root-dir.ts';

/** The environment, checked. Folders are absolute. */
export type Environment = z.infer<typeof Variables>;

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
  if (env === process.env && existsSync(file)) {
    process.loadEnvFile(file);
  }
  const set = Object.fromEntries(Object.entries(env).filter(([name, value]) => isSet(name, value)));
  const problems = new Map<string, string[]>();
  for (const issue of Variables.safeParse(set).error?.issues ?? []) {
    const name = String(issue.path[0]);
    problems.set(name, [`${name}: ${problem(issue)}`]);
  }
  // All problems in one go: the rules look at the variables that can be read.
  const readable = Object.fromEntries(Object.entries(set).filter(([name]) => !problems.has(name)));
  const variables = Variables.parse(readable);
  const broken = [
    ...contradictions(variables),
    ...networkProblems(variables),
    ...productionProblems(variables, set),
  ];
  for (const { name, line } of broken.filter((each) => !problems.has(each.name))) {
    problems.set(name, [...(problems.get(name) ?? []), `${name}: ${line}`]);
  }
  if (problems.size > 0) {
    throw new EnvironmentError([...problems.values()].flat());
  }
  return variables;
}

/** A blank value counts as none, except where it means an empty list. */
function isSet(name: string, value: string | undefined): boolean {
  return value !== undefined && (value.trim() !== '' || name === 'ALLOWED_ORIGINS');
}

/** Of a database; `url` alone when it leads to PostgreSQL itself. */
type Address = Pick<z.input<typeof Config>['database'], 'url' | 'directUrl' | 'pooler'>;

/** The product's configuration on a database; makes the development secret when there is none. */
export function toConfig(
  environment: Environment,
  { database, version }: { database: Address; version: string },
) {
  return Config.parse({
    version,
    environment: environment.ENVIRONMENT,
    database: {
      url: database.url,
      directUrl: database.directUrl,
      pooler: database.pooler,
      replicaUrls: environment.DATABASE_REPLICA_URLS,
      replicaMaxLagSeconds: environment.REPLICA_MAX_LAG_SECONDS,
      readYourWritesSeconds: environment.READ_YOUR_WRITES_SECONDS,
    },
    jwt: {
      secret: environment.JWT_SECRET_KEY ?? developmentSecret(environment.DATA_DIR),
      previousSecrets: environment.JWT_PREVIOUS_SECRET_KEYS,
      expiresInMinutes: environment.JWT_ACCESS_TOKEN_EXPIRE_MINUTES,
    },
    seatLock: {
      ttlMinutes: environment.SEAT_LOCK_TTL_MINUTES,
      maxMinutes: environment.SEAT_LOCK_MAX_MINUTES,
      maxSeats: environment.SEAT_LOCK_MAX_SEATS,
    },
    publicUrl: environment.PUBLIC_URL ?? developmentUrl(environment),
    posterBaseUrl: environment.POSTER_BASE_URL,
    currency: environment.CURRENCY,
    ticketKeys: environment.TICKET_KEYS.map((key) => {
      const [kid, seed] = key.split(':');
      return { kid: Number(kid), seed };
    }),
    paymentWindowMinutes: environment.PAYMENT_WINDOW_MINUTES,
    webhooks: { allowPrivate: environment.WEBHOOK_ALLOW_PRIVATE },
    emailProof: environment.EMAIL_PROOF === 'required',
    secondFactorOfStaff: environment.SECOND_FACTOR === 'staff',
    rateLimit: environment.RATE_LIMIT,
    batching: environment.BATCHING,
    jobs: environment.JOBS,
    docs: environment.DOCS,
    dataDir: environment.DATA_DIR,
  });
}

/** Where a browser on this machine reaches a development server; undefined when it picks a port. */
function developmentUrl({ ENVIRONMENT, HOST, PORT }: Environment): string | undefined {
  const host = HOST.includes(':') ? `[${HOST}]` : HOST;
  return ENVIRONMENT === 'production' || PORT === 0 ? undefined : `http://${host}:${PORT}`;
}

/** Express' setting for `TRUST_PROXY`. */
export function trustProxy(value: string): number | string[] {
  return /^\d+$/.test(value) ? Number(value) : value.split(',').map((part) => part.trim());
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
      if (issue.origin === 'string') {
        return `must have at least ${issue.minimum} characters`;
      }
      return `must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`;
    case 'too_big':
      return `must be at most ${issue.maximum}`;
    default:
      return 'must be a number';
  }
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
