import type { PrettyOptions } from 'pino-pretty';

/*
 * How a line of the log looks at a terminal: `07:16:32 GET /api/v1/movies 200 30 ms 57b4a8c7`.
 */

type Line = Readonly<Record<string, unknown>>;

/** The fields of an access line; the line shows them in an order of its own. */
const requestFields = [
  'requestId',
  'method',
  'path',
  'status',
  'ms',
  'address',
  'procedure',
  'userId',
  'apiKeyId',
  'failure',
  'traceId',
] as const;

/** Other fields follow on the same line as JSON, and the stack of an error below it. */
export const terminalFormat: PrettyOptions = {
  ignore: ['time', 'level', ...requestFields].join(','),
  singleLine: true,
  customColors: { message: 'reset' },
  // oxlint-disable-next-line max-params -- pino-pretty passes the colours last
  messageFormat: (line, _key, _label, { colors }) => {
    const { color } = shownAs(line);
    return color ? colors[color](lineOf(line)) : lineOf(line);
  },
};

/** The time, the level unless it is `info`, and what happened. */
export function lineOf(line: Line): string {
  const parts = [timeOf(line), shownAs(line).name, messageOf(line), ...tailOf(line)];
  return parts.filter((part) => part !== undefined).join(' ');
}

/** How a level looks. */
interface Look {
  name?: string;
  color?: 'red' | 'yellow';
}

const looks: Readonly<Record<string, Look>> = {
  trace: { name: 'TRACE' },
  debug: { name: 'DEBUG' },
  warn: { name: 'WARN', color: 'yellow' },
  error: { name: 'ERROR', color: 'red' },
  fatal: { name: 'FATAL', color: 'red' },
};

function shownAs({ level }: Line): Look {
  return looks[String(level)] ?? {};
}

/** The local time of the machine, as its other programs show it. */
function timeOf({ time }: Line): string {
  return new Date(String(time)).toTimeString().slice(0, 8);
}

function messageOf({ msg, method, path, status, ms }: Line): string {
  if (msg !== 'request' || typeof method !== 'string') {
    return printable(msg);
  }
  return printable([method, path, status, Math.round(Number(ms)), 'ms'].join(' '));
}

function tailOf({ failure, userId, apiKeyId, requestId }: Line): (string | undefined)[] {
  return [
    failure === undefined ? undefined : printable(failure),
    typeof userId === 'string' ? `user ${userId.split('-').at(-1)}` : undefined,
    typeof apiKeyId === 'string' ? `key ${apiKeyId.split('-').at(-1)}` : undefined,
    typeof requestId === 'string' ? shortened(requestId) : undefined,
  ];
}

/** The first part of an id of ours; ids of clients as they are. */
function shortened(requestId: string): string {
  return requestId.replace(/^([0-9a-f]{8})(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, '$1');
}

/** Paths may have bytes that a terminal would obey. */
function printable(text: unknown): string {
  return String(text).replaceAll(/[^\x20-\x7e\u00a0-\uffff]/g, '?');
}
