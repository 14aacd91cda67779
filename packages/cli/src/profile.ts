import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import envPaths from 'env-paths';
import { CliError, exitCodes } from './failure.ts';

/** Where a person works, and what proves who they are. */
export interface Profile {
  url: string;
  token?: string;
  /** Whose token it is, to be shown. */
  email?: string;
}

export const defaultProfileName = 'default';

/** The file that holds all profiles, under the platform's folder for configuration. */
export function profilesFile(): string {
  return join(envPaths('matinee', { suffix: '' }).config, 'profiles.json');
}

export function readProfile(name: string, file = profilesFile()): Profile | undefined {
  return readAll(file).get(name);
}

/** Stores the profile beside the others, or takes it away. */
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
      'Delete the file and sign in again with `matinee login`.',
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
  const { url, token, email } = (value ?? {}) as Record<string, unknown>;
  const isText = (each: unknown) => each === undefined || typeof each === 'string';
  return typeof url === 'string' && isText(token) && isText(email);
}

/**
 * Writes beside the file and renames: a reader sees the old file or the new one, whole. The mode
 * is there from the first byte, so nobody else can open the file in between.
 */
async function replaceFile(file: string, text: string): Promise<void> {
  const { default: writeFileAtomic } = await import('write-file-atomic');
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  await writeFileAtomic(file, text, { mode: 0o600 });
}
