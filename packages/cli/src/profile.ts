import { mkdirSync, readFileSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SessionStore, StoredSession } from '@matinee/sdk';
import envPaths from 'env-paths';
import { CliError, exitCodes } from './failure.ts';

/** A server, and the token of a session there. */
export interface Profile {
  url: string;
  token?: string;
  /** Renews the session; guests have none. */
  refreshToken?: string;
  /** When the token expires, in milliseconds since 1970. */
  expiresAt?: number;
  /** The account of the token, for messages. */
  email?: string;
}

export const defaultProfileName = 'default';

/** The file with all profiles, in the platform's folder for configuration. */
export function profilesFile(): string {
  return join(envPaths('matinee', { suffix: '' }).config, 'profiles.json');
}

export function readProfile(name: string, file = profilesFile()): Profile | undefined {
  return readAll(file).get(name);
}

/** Stores a profile, or removes it. The other profiles stay. */
export async function writeProfile(
  name: string,
  profile: Profile | undefined,
  file = profilesFile(),
): Promise<void> {
  const profiles = readAll(file);
  profiles.delete(name);
  if (profile) {
    profiles.set(name, profile);
  }
  const text = JSON.stringify({ profiles: Object.fromEntries(profiles) }, null, 2);
  await replaceFile(file, `${text}\n`);
}

/** Keeps the session of the SDK in a profile that is there. */
export function sessionInProfile(name: string, file = profilesFile()): SessionStore {
  return {
    load: () => {
      const { token, refreshToken = null, expiresAt = Infinity } = readProfile(name, file) ?? {};
      return token === undefined ? null : { accessToken: token, refreshToken, expiresAt };
    },
    save: async (session) => {
      const { url, email } = readProfile(name, file) ?? {};
      if (url !== undefined) {
        const account = email === undefined ? {} : { email };
        await writeProfile(
          name,
          { url, ...(session && { ...partsOf(session), ...account }) },
          file,
        );
      }
    },
  };
}

/** The parts of a profile that a session has. */
export function partsOf({
  accessToken: token,
  refreshToken,
  expiresAt,
}: StoredSession): Omit<Profile, 'url' | 'email'> {
  return { token, ...(refreshToken !== null && { refreshToken }), expiresAt };
}

function readAll(file: string): Map<string, Profile> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return new Map();
    }
    throw error;
  }
  const profiles = parseProfiles(text);
  if (!profiles) {
    throw new CliError(
      exitCodes.error,
      `The profiles in ${file} cannot be read.`,
      'Delete the file, then run `matinee login`.',
    );
  }
  return profiles;
}

function parseProfiles(text: string): Map<string, Profile> | undefined {
  try {
    const value = (JSON.parse(text) as { profiles?: unknown } | null)?.profiles;
    if (typeof value !== 'object' || value === null || !Object.values(value).every(isProfile)) {
      return undefined;
    }
    return new Map(Object.entries(value as Record<string, Profile>));
  } catch {
    return undefined;
  }
}

function isProfile(value: unknown): value is Profile {
  const { url, expiresAt, ...texts } = (value ?? {}) as Record<string, unknown>;
  const isAbsentOr = (type: string, each: unknown) => each === undefined || typeof each === type;
  const { token, refreshToken, email } = texts;
  return (
    typeof url === 'string' &&
    [token, refreshToken, email].every((each) => isAbsentOr('string', each)) &&
    isAbsentOr('number', expiresAt)
  );
}

/**
 * Writes a temporary file and renames it, so a reader sees either the old content or the new. The
 * temporary file is created with its final mode, so other users can never open it.
 */
async function replaceFile(file: string, text: string): Promise<void> {
  const { default: writeFileAtomic } = await import('write-file-atomic');
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  await writeFileAtomic(file, text, { mode: 0o600 });
  // The library writes once and ignores how much was written. A full disk takes only a part.
  const { size } = await stat(file);
  const expected = Buffer.byteLength(text);
  if (size !== expected) {
    await rm(file, { force: true });
    throw new CliError(
      exitCodes.error,
      `Only ${size} of ${expected} bytes could be written to ${file}. The disk may be full.`,
      'Free some disk space, then run `matinee login`.',
    );
  }
}
