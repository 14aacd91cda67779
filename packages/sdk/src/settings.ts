import manifest from '../package.json' with { type: 'json' };
import type { MatineeError } from './errors.ts';
import type { EventSourceConstructor } from './event-source.ts';
import { createLog } from './log.ts';
import type { Log, LogEntry } from './log.ts';
import type { SessionKeeper, SessionStore } from './session-store.ts';

/** The part of `fetch` that is used here. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What `createMatinee` takes. Only `url` is required. */
export interface MatineeOptions {
  /** Where the server is: `http://127.0.0.1:8000`, or a path in front of it. */
  url: string;
  /**
   * The access token, or a function that is asked for it before every request. Nothing, `null` or
   * an empty string: the call is anonymous.
   */
  token?: Token | (() => Token | Promise<Token>) | undefined;
  /**
   * Where the session is kept, in place of `token`: signing in and out writes it, every request reads
   * it, and it is renewed by itself. `browserSession()` keeps it in the browser, for all tabs;
   * `memorySession()` in this process.
   */
  session?: SessionStore | undefined;
  /**
   * Headers of every request, beside those of the client: for tracing, for instance. A `User-Agent` names
   * your program, in the list of sessions for instance; without it Node sends `matinee-sdk/` and the
   * version. Browsers send their own.
   */
  headers?: Readonly<Record<string, string>> | undefined;
  /** Instead of the platform's `fetch`. */
  fetch?: Fetch | undefined;
  /** How long one attempt of a call may take; 30,000 if left out. */
  timeoutMs?: number | undefined;
  /** How many times a call that failed for a passing reason is sent again; 2 if left out. */
  retries?: number | undefined;
  /**
   * The one place to react to a 401: sign out, show the sign-in page. Called once per rejected
   * token, before the call itself rejects. A refused `auth.login` does not come here.
   */
  onUnauthorized?: ((error: MatineeError, token: string | undefined) => void) | undefined;
  /**
   * Tells what is sent and what came back, without tokens, passwords and headers. `true` writes to
   * `console.debug`.
   */
  debug?: boolean | ((entry: LogEntry) => void) | undefined;
  /** Instead of the platform's `EventSource`, or of the package `eventsource` where it has none. */
  EventSource?: EventSourceConstructor | undefined;
}

type Token = string | null | undefined;

/** The same, with everything decided. */
export interface Settings {
  readonly url: string;
  readonly token: () => Promise<string | undefined>;
  /** Keeps the session, if it is kept for the caller. */
  readonly session: SessionKeeper | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: Fetch;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly onUnauthorized: (error: MatineeError, token: string | undefined) => void;
  readonly log: Log;
  readonly EventSource: EventSourceConstructor | undefined;
}

/**
 * The address without a slash at its end.
 *
 * @throws TypeError for one that no call could reach, with what is wrong with it
 */
function readUrl(given: string): string {
  if (typeof given !== 'string') {
    throw new TypeError('createMatinee: the url is missing.');
  }
  const url = given.replace(/\/+$/, '');
  const fix = /\/(?:api\/v1|trpc)$/.exec(url);
  if (fix) {
    throw new TypeError(`createMatinee: leave "${fix[0]}" out of the url "${given}".`);
  }
  // A page may call its own origin by a path alone.
  const isPath = url === '' || url.startsWith('/');
  if (!isPath && !/^https?:\/\/[^/?#]+(?:\/[^?#]*)?$/i.test(url)) {
    throw new TypeError(
      `createMatinee: "${given}" is not a url of a server, such as "http://127.0.0.1:8000".`,
    );
  }
  return url;
}

/**
 * Headers with a name for this program, unless the caller has given one. Only Node and what stands in for it
 * add it: for a header that a browser does not send by itself, it would ask the server first. Electron's
 * windows have Node's `process` too, but are pages.
 */
export function withUserAgent(headers: Readonly<Record<string, string>>): Record<string, string> {
  const { process, document, WorkerGlobalScope } = globalThis as Platform;
  const isPage = !process?.versions?.node || document || WorkerGlobalScope;
  return isPage || /(^|,)user-agent(,|$)/i.test(Object.keys(headers).join())
    ? headers
    : { ...headers, 'user-agent': `matinee-sdk/${manifest.version}` };
}

/** What tells Node from a page. */
interface Platform {
  process?: { versions?: { node?: string } };
  document?: object;
  WorkerGlobalScope?: object;
}

const defaultTimeoutMs = 30_000;
const defaultRetries = 2;

export function resolveSettings(
  options: MatineeOptions,
  keepSession: (settings: Settings, store: SessionStore) => SessionKeeper,
): Settings {
  const { token, session: store, fetch, onUnauthorized } = options;
  if (store && token !== undefined) {
    throw new TypeError('createMatinee: give either a token or a session.');
  }
  let told: string | undefined;
  const settings: Settings = {
    url: readUrl(options.url),
    headers: options.headers ?? {},
    token: async () =>
      (session ? await session.token() : typeof token === 'function' ? await token() : token) ||
      undefined,
    get session() {
      return session;
    },
    // The global one is looked up when it is used: tests and instrumentation replace it. Called on
    // its own: as a method of these settings, a browser's refuses ("Illegal invocation").
    fetch: (url, init) => (fetch ?? globalThis.fetch)(url, init),
    timeoutMs: options.timeoutMs ?? defaultTimeoutMs,
    retries: options.retries ?? defaultRetries,
    onUnauthorized: (error, rejected) => {
      // The calls of a page fail together; that is one event.
      if (rejected === undefined || rejected !== told) {
        told = rejected;
        onUnauthorized?.(error, rejected);
      }
    },
    log: createLog(options.debug),
    EventSource: options.EventSource,
  };
  const session = store && keepSession(settings, store);
  return settings;
}
