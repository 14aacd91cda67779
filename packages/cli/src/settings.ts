import { usageError } from './failure.ts';
import { defaultProfileName, readProfile } from './profile.ts';
import type { Profile } from './profile.ts';

/** The flags that every command takes. */
export interface Globals {
  url?: string;
  token?: string;
  profile?: string;
  /** `--no-input` makes it false. */
  input?: boolean;
  /** `--no-pager` makes it false. */
  pager?: boolean;
  yes?: boolean;
}

export type Environment = Record<string, string | undefined>;

/** The server and the account of a run. */
export interface Settings {
  url: string;
  token: string | undefined;
  /** The source of the token; `doctor` prints it. */
  tokenFrom: 'flag' | 'environment' | 'profile' | undefined;
  profileName: string;
  profile: Profile | undefined;
}

export const defaultUrl = 'http://127.0.0.1:8000';

/** A flag overrides the environment, which overrides the profile, which overrides the default. */
export function readSettings(globals: Globals, env: Environment): Settings {
  const profileName = globals.profile ?? defaultProfileName;
  const profile = readProfile(profileName);
  const url = toUrl(globals.url ?? (env['MATINEE_URL'] || profile?.url || defaultUrl));
  return { url, ...chooseToken({ globals, env, profile, url }), profileName, profile };
}

/** Parses the address of a server, and removes a slash at its end. */
export function toUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash) {
    throw usageError(`"${text}" is not a server address.`, `Use an address such as ${defaultUrl}`);
  }
  return url.href.replace(/\/+$/, '');
}

interface TokenSources {
  globals: Globals;
  env: Environment;
  profile: Profile | undefined;
  url: string;
}

/** Uses the token of a profile only for the server that issued it. */
function chooseToken({ globals, env, profile, url }: TokenSources): {
  token: string | undefined;
  tokenFrom: Settings['tokenFrom'];
} {
  if (globals.token !== undefined) {
    return { token: globals.token || undefined, tokenFrom: 'flag' };
  }
  if (env['MATINEE_TOKEN']) {
    return { token: env['MATINEE_TOKEN'], tokenFrom: 'environment' };
  }
  if (profile?.token && profile.url === url) {
    return { token: profile.token, tokenFrom: 'profile' };
  }
  return { token: undefined, tokenFrom: undefined };
}
