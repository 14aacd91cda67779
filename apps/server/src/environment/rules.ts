import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { hasEmbeddedPostgres } from '@matinee/embedded-postgres';
import { rootDir } from '../root-dir.ts';
import { isEasy, weaknessesOf } from './secret-strength.ts';
import { isWide } from './trusted-ranges.ts';
import { developmentSender } from './variables.ts';
import type { Variables } from './variables.ts';

/*
 * What variables must not be beside each other, on a network, or in production. No line shows a value.
 */

export interface BrokenRule {
  /** The variable. */
  name: string;
  /** Completes a sentence that begins with the name. */
  line: string;
}

/** `security` lines are warnings. */
const securityIsSilent = new Set(['silent', 'fatal', 'error']);
const mostProxies = 5;
const mostTokenMinutes = 24 * 60;
const mostLockMinutes = 120;

/** Variables that contradict each other, in every environment. */
export function contradictions(variables: Variables): BrokenRule[] {
  const { SEAT_LOCK_TTL_MINUTES: ttl, SEAT_LOCK_MAX_MINUTES: max } = variables;
  const { DATABASE_URL: databaseUrl, DATABASE_DIRECT_URL: directUrl } = variables;
  const { MAIL_URL: mailUrl, MAIL_FROM: from, UPLOAD_DIR: uploads, DATA_DIR: data } = variables;
  const ticketIds = variables.TICKET_KEYS.map((key) => key.split(':', 1)[0]);
  const ticketSeeds = seedsOf(variables);
  return broken({
    DATABASE_URL: {
      'is required: this installation has no PostgreSQL of its own. Set postgresql://user:password@host:5432/matinee':
        databaseUrl === undefined && directUrl === undefined && !hasEmbeddedPostgres(),
      'is required with DATABASE_DIRECT_URL': directUrl !== undefined && databaseUrl === undefined,
    },
    SEAT_LOCK_MAX_MINUTES: { 'must not be below SEAT_LOCK_TTL_MINUTES': max < ttl },
    EMAIL_PROOF: {
      'needs MAIL_URL and PUBLIC_URL, or no address could be proven':
        variables.EMAIL_PROOF === 'required' &&
        variables.ENVIRONMENT !== 'development' &&
        (mailUrl === undefined || variables.PUBLIC_URL === undefined),
    },
    ...twilioRules(variables),
    ...bucketRules(variables),
    MAIL_FROM: { 'is required with MAIL_URL': mailUrl !== undefined && from === developmentSender },
    UPLOAD_DIR: {
      'must be a folder of its own: its files are public, and it contains others': [
        data,
        rootDir,
      ].some((other) => contains(uploads, other)),
    },
    TICKET_KEYS: {
      'must have each id once': new Set(ticketIds).size < ticketIds.length,
      'must have each key once': new Set(ticketSeeds).size < ticketSeeds.length,
    },
    ...paymentContradictions(variables),
    TRUST_PROXY: {
      'must not trust addresses of the whole internet': isWide(variables.TRUST_PROXY),
    },
  });
}

/** What each provider needs. */
function paymentContradictions(variables: Variables): Record<string, Record<string, boolean>> {
  const { PAYMENTS: payments } = variables;
  const withStripe = payments.includes('stripe');
  const withPayPal = payments.includes('paypal');
  const modes = [variables.STRIPE_SECRET_KEY, variables.STRIPE_PUBLISHABLE_KEY].map((key) =>
    key?.includes('_live_'),
  );
  const needed = (applies: boolean, value: string | undefined, provider: string) => ({
    [`is required with PAYMENTS=${provider}`]: applies && value === undefined,
  });
  return {
    PAYMENTS: {
      'must name each provider once': new Set(payments).size < payments.length,
      'must be none, or providers': payments.length === 0,
      'must not have providers beside none': payments.includes('none') && payments.length > 1,
    },
    STRIPE_SECRET_KEY: needed(withStripe, variables.STRIPE_SECRET_KEY, 'stripe'),
    STRIPE_PUBLISHABLE_KEY: {
      ...needed(withStripe, variables.STRIPE_PUBLISHABLE_KEY, 'stripe'),
      'must be of the same mode as STRIPE_SECRET_KEY, test or live':
        withStripe && !modes.includes(undefined) && modes[0] !== modes[1],
    },
    STRIPE_WEBHOOK_SECRET: needed(withStripe, variables.STRIPE_WEBHOOK_SECRET[0], 'stripe'),
    STRIPE_PAYMENT_METHODS: {
      'must name at least one': withStripe && variables.STRIPE_PAYMENT_METHODS.length === 0,
    },
    PAYPAL_CLIENT_ID: needed(withPayPal, variables.PAYPAL_CLIENT_ID, 'paypal'),
    PAYPAL_CLIENT_SECRET: needed(withPayPal, variables.PAYPAL_CLIENT_SECRET, 'paypal'),
    PAYPAL_WEBHOOK_ID: needed(withPayPal, variables.PAYPAL_WEBHOOK_ID, 'paypal'),
    PAYMENT_RETURN_URL: needed(withPayPal, variables.PAYMENT_RETURN_URL, 'paypal'),
  };
}

/** What a bucket needs. */
function bucketRules(variables: Variables): Record<string, Record<string, boolean>> {
  const needs = (value: string | undefined) => ({
    'is required with POSTER_STORE=s3': variables.POSTER_STORE === 's3' && value === undefined,
  });
  return {
    S3_ENDPOINT: needs(variables.S3_ENDPOINT),
    S3_BUCKET: needs(variables.S3_BUCKET),
    S3_ACCESS_KEY_ID: needs(variables.S3_ACCESS_KEY_ID),
    S3_SECRET_ACCESS_KEY: needs(variables.S3_SECRET_ACCESS_KEY),
  };
}

/** What Twilio needs. */
function twilioRules(variables: Variables): Record<string, Record<string, boolean>> {
  const needs = (value: string | undefined) => ({
    'is required with SMS=twilio': variables.SMS === 'twilio' && value === undefined,
  });
  return {
    TWILIO_ACCOUNT_SID: needs(variables.TWILIO_ACCOUNT_SID),
    TWILIO_AUTH_TOKEN: needs(variables.TWILIO_AUTH_TOKEN),
    TWILIO_FROM: needs(variables.TWILIO_FROM),
    PUBLIC_URL: {
      'is required with SMS=twilio: messages of Twilio are signed with it':
        variables.SMS === 'twilio' && variables.PUBLIC_URL === undefined,
    },
  };
}

/** Demo accounts have a public password, an administrator among them. */
export function networkProblems(variables: Variables): BrokenRule[] {
  const { ENVIRONMENT, HOST, DEMO_ON_NETWORK } = variables;
  return broken({
    HOST: {
      'in development and test the demo accounts, with their public password, would be reachable over the network. Set ENVIRONMENT=production, or DEMO_ON_NETWORK=on if that is what you want':
        ENVIRONMENT !== 'production' && !isLoopback(HOST) && !DEMO_ON_NETWORK,
    },
  });
}

/**
 * What is refused in production.
 *
 * @param set the variables that are set, as they are written
 */
export function productionProblems(
  variables: Variables,
  set: Readonly<Record<string, string | undefined>>,
): BrokenRule[] {
  if (variables.ENVIRONMENT !== 'production') {
    return [];
  }
  const { ALLOWED_ORIGINS: origins, TRUST_PROXY: proxies } = variables;
  return broken({
    ...secretRules(variables),
    DEBUG: { 'must not be true in production': variables.DEBUG },
    ALLOWED_ORIGINS: {
      'is required in production; empty means that no web page may call':
        set['ALLOWED_ORIGINS'] === undefined,
      'must not contain * in production': origins.includes('*'),
      'must be https:// in production':
        set['ALLOWED_ORIGINS'] !== undefined &&
        origins.some((origin) => origin !== '*' && !origin.startsWith('https://')),
    },
    STRIPE_API_BASE: forTestsOnly(variables.STRIPE_API_BASE),
    TWILIO_API_BASE: forTestsOnly(variables.TWILIO_API_BASE),
    PAYPAL_API_BASE: {
      'must be an address of PayPal in production':
        variables.PAYPAL_API_BASE !== undefined && !isOfPayPal(variables.PAYPAL_API_BASE),
    },
    PAYMENT_RETURN_URL: httpsOnly(variables.PAYMENT_RETURN_URL),
    PUBLIC_URL: httpsOnly(variables.PUBLIC_URL),
    POSTER_BASE_URL: httpsOnly(variables.POSTER_BASE_URL),
    WEBHOOK_ALLOW_PRIVATE: {
      'must not be on in production: events would reach the inside of your network':
        variables.WEBHOOK_ALLOW_PRIVATE,
    },
    RATE_LIMIT: { 'must not be off in production': !variables.RATE_LIMIT },
    TRUST_PROXY: {
      [`must be at most ${mostProxies} proxies in production`]:
        /^\d+$/.test(proxies) && Number(proxies) > mostProxies,
    },
    JWT_ACCESS_TOKEN_EXPIRE_MINUTES: {
      [`must be at most ${mostTokenMinutes} in production`]:
        variables.JWT_ACCESS_TOKEN_EXPIRE_MINUTES > mostTokenMinutes,
    },
    SEAT_LOCK_TTL_MINUTES: {
      [`must be at most ${mostLockMinutes} in production`]:
        variables.SEAT_LOCK_TTL_MINUTES > mostLockMinutes,
    },
    SEAT_LOCK_MAX_MINUTES: {
      [`must be at most ${mostLockMinutes} in production`]:
        variables.SEAT_LOCK_MAX_MINUTES > mostLockMinutes,
    },
    LOG_LEVEL: {
      'must be warn or more in production: the log would have no security events':
        securityIsSilent.has(variables.LOG_LEVEL),
    },
    NODE_TLS_REJECT_UNAUTHORIZED: {
      'must not be 0 in production: certificates would not be checked':
        set['NODE_TLS_REJECT_UNAUTHORIZED'] === '0',
    },
  });
}

/** What production asks of secrets. */
function secretRules(variables: Variables): Record<string, Record<string, boolean>> {
  const { JWT_SECRET_KEY: secret } = variables;
  return {
    JWT_SECRET_KEY: {
      'is required in production': secret === undefined,
      ...weaknesses(variables, secret),
    },
    JWT_PREVIOUS_SECRET_KEYS: weaknesses(variables, ...variables.JWT_PREVIOUS_SECRET_KEYS),
    METRICS_TOKEN: {
      'must not be JWT_SECRET_KEY': secret !== undefined && variables.METRICS_TOKEN === secret,
      ...weaknesses(variables, variables.METRICS_TOKEN),
    },
    TICKET_KEYS: {
      'is too easy to guess; docs/tickets-and-the-door.md has the command that makes one': seedsOf(
        variables,
      ).some((seed) => isEasy(Buffer.from(seed, 'base64url'))),
    },
  };
}

function isOfPayPal(url: string): boolean {
  return /^https:\/\/api-m(\.sandbox)?\.paypal\.com\/?$/.test(url);
}

/** An address that browsers open. */
function httpsOnly(url: string | undefined): Record<string, boolean> {
  return {
    'must be https:// in production': url !== undefined && !url.startsWith('https://'),
  };
}

/** A variable that production refuses. */
function forTestsOnly(value: string | undefined): Record<string, boolean> {
  return { 'is for tests, and must not be set in production': value !== undefined };
}

/** The rules that apply, with their variable. */
function broken(rules: Record<string, Record<string, boolean>>): BrokenRule[] {
  return Object.entries(rules).flatMap(([name, lines]) =>
    Object.entries(lines).flatMap(([line, applies]) => (applies ? [{ name, line }] : [])),
  );
}

/** What makes any of these secrets easy to guess. */
function weaknesses(
  variables: Variables,
  ...secrets: (string | undefined)[]
): Record<string, boolean> {
  const { DATABASE_URL, DATABASE_DIRECT_URL, DATABASE_REPLICA_URLS, REDIS_URL, MAIL_URL } =
    variables;
  const urls = { DATABASE_URL, DATABASE_DIRECT_URL, REDIS_URL, MAIL_URL };
  const replicas = DATABASE_REPLICA_URLS.map((url) => ({ DATABASE_REPLICA_URLS: url }));
  const found: Record<string, boolean> = {};
  for (const secret of secrets.filter((each) => each !== undefined)) {
    for (const group of [urls, ...replicas]) {
      for (const [line, applies] of Object.entries(weaknessesOf(secret, group))) {
        found[line] = found[line] === true || applies;
      }
    }
  }
  return found;
}

function seedsOf({ TICKET_KEYS: keys }: Variables): string[] {
  return keys.map((key) => key.split(':')[1] ?? '');
}

/** Whether `folder` is `other`, or a folder above it. */
function contains(folder: string, other: string): boolean {
  const from = path.relative(real(folder), real(other));
  return from.split(path.sep, 1)[0] !== '..' && !path.isAbsolute(from);
}

/** Without symbolic links, as far as the path is there. A link may lead to what is not there yet. */
function real(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    const parent = path.dirname(folder);
    const target = linkIn(folder);
    if (target !== undefined) {
      return real(path.resolve(parent, target));
    }
    return parent === folder ? folder : path.join(real(parent), path.basename(folder));
  }
}

/** Where a symbolic link leads; undefined for anything else. */
function linkIn(file: string): string | undefined {
  return lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()
    ? readlinkSync(file)
    : undefined;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
