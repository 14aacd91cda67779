/** What the client did, for a debug log. Tokens, passwords and headers are never in it. */
export type LogEntry =
  | { event: 'call'; path: string; input: unknown }
  | { event: 'request'; method: string; paths: readonly string[] }
  | { event: 'response'; paths: readonly string[]; status: number; durationMs: number }
  | { event: 'failure'; path: string; code: string; requestId: string | undefined }
  | { event: 'retry'; path: string; attempt: number; delayMs: number }
  | { event: 'live'; path: string; state: string };

export type Log = (entry: LogEntry) => void;

/** Keys whose values are nobody's business. */
const secret = /password|token|secret|authorization/i;

/** The function behind the option `debug`. */
export function createLog(debug: boolean | Log | undefined): Log {
  if (!debug) {
    return () => {};
  }
  const write: Log = debug === true ? (entry) => console.debug('[matinee]', entry) : debug;
  return (entry) =>
    write(entry.event === 'call' ? { ...entry, input: withoutSecrets(entry.input) } : entry);
}

function withoutSecrets(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date) {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map(withoutSecrets);
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      key,
      secret.test(key) ? '[left out]' : withoutSecrets(part),
    ]),
  );
}
