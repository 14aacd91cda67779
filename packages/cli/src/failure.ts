import type { MatineeError } from '@matinee/sdk';
import { plainLines } from './output/text.ts';

/** What the command ends with. Scripts are written against these. */
export const exitCodes = {
  ok: 0,
  error: 1,
  usage: 2,
  notFound: 3,
  signIn: 4,
  conflict: 5,
  invalid: 6,
  unreachable: 7,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** A failure of the command itself: its message is all that a person needs. */
export class CliError extends Error {
  readonly exitCode: ExitCode;
  /** What to do about it. */
  readonly hint: string | undefined;

  constructor(exitCode: ExitCode, message: string, hint?: string) {
    super(message);
    this.name = 'CliError';
    this.exitCode = exitCode;
    this.hint = hint;
  }
}

/** The person used the command in a way that it does not have. */
export function usageError(message: string, hint?: string): CliError {
  return new CliError(exitCodes.usage, message, hint);
}

/** The command has said what there was to say, and ends with this. */
export function endsWith(exitCode: ExitCode): CliError {
  return new CliError(exitCode, '');
}

/** Ctrl-C, or Escape at a question. */
export function interrupted(): CliError {
  return endsWith(exitCodes.interrupted);
}

/** A failure as the command tells it, and what it ends with. */
export interface Told {
  exitCode: ExitCode;
  lines: string[];
}

export async function tell(error: unknown): Promise<Told> {
  if (error instanceof CliError) {
    const lines = error.message === '' ? [] : withHint(error.message, error.hint);
    return { exitCode: error.exitCode, lines };
  }
  if (isSystemError(error) && error.code !== 'ERR_INVALID_ARG_TYPE') {
    return { exitCode: exitCodes.error, lines: withHint(error.message) };
  }
  const { isMatineeError } = await import('@matinee/sdk');
  if (isMatineeError(error)) {
    return { exitCode: exitCodeOf(error), lines: describe(error) };
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    exitCode: exitCodes.error,
    lines: withHint(text, 'This is a defect of the matinee command: please report it.'),
  };
}

/** The exit code for a refusal of the server, or for its silence. */
export function exitCodeOf(error: Pick<MatineeError, 'status' | 'code'>): ExitCode {
  if (error.code === 'NETWORK_ERROR' || error.code === 'TIMEOUT') {
    return exitCodes.unreachable;
  }
  if (error.code === 'ABORTED') {
    return exitCodes.interrupted;
  }
  return byStatus[error.status] ?? exitCodes.error;
}

/** The message of a refusal, then a line for each of its details. */
export function describe(error: MatineeError): string[] {
  const lines = [...withHint(error.message), ...detailsOf(error).flatMap(plainLines)];
  if (error.status >= 500 && error.requestId) {
    lines.push(`Request ${error.requestId} in the server’s log.`);
  }
  const hint = hints[error.code];
  return hint ? [...lines, hint] : lines;
}

const byStatus: Record<number, ExitCode> = {
  400: exitCodes.invalid,
  401: exitCodes.signIn,
  403: exitCodes.signIn,
  404: exitCodes.notFound,
  409: exitCodes.conflict,
  413: exitCodes.invalid,
  415: exitCodes.invalid,
  422: exitCodes.conflict,
};

const hints: Partial<Record<string, string>> = {
  AUTHENTICATION_REQUIRED: 'Sign in with `matinee login`, or set MATINEE_TOKEN.',
  TOKEN_EXPIRED: 'Sign in again with `matinee login`.',
  TOKEN_INVALID: 'Sign in again with `matinee login`.',
  FORBIDDEN: 'An administrator can do this: `matinee whoami` says who you are.',
  EDIT_CONFLICT: 'Look at it again, then repeat the command.',
  NETWORK_ERROR: 'Is the server running, and is --url right? `matinee doctor` looks closer.',
  TIMEOUT: 'Is the server overloaded? `matinee doctor` looks closer.',
  BAD_RESPONSE: 'Is --url the address of a Matinee server? `matinee doctor` looks closer.',
};

function detailsOf(error: MatineeError): string[] {
  switch (error.code) {
    case 'VALIDATION_ERROR':
      // The message tells the first one already.
      return (error.details.issues ?? [])
        .slice(1)
        .map(({ path, message }) => `  ${path.join('.') || 'input'}: ${message}`);
    case 'SEATS_UNAVAILABLE':
    case 'LOCK_EXPIRED':
      return error.details.seats.map(({ seatId, reason }) => `  ${seatId}: ${reason}`);
    case 'SHOWTIME_OVERLAP':
      return error.details.conflictingShowtimeIds.map((id) => `  in the way: ${id}`);
    case 'IN_USE':
    case 'SEAT_LIMIT_EXCEEDED':
    case 'EDIT_CONFLICT':
    case 'RATE_LIMITED':
    case 'LOCK_EXTENSION_LIMIT':
    case 'SHOWTIME_STARTED':
    case 'NOT_FOUND':
      return Object.entries(error.details).map(([key, value]) => `  ${key}: ${String(value)}`);
    default:
      return [];
  }
}

function withHint(message: string, hint?: string): string[] {
  return [...plainLines(message), ...(hint === undefined ? [] : [hint])];
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}
