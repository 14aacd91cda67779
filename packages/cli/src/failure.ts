import type { MatineeError } from '@matinee/sdk';
import { plainLines } from './output/text.ts';
import { describe } from './server-errors.ts';
import type { CommandParts } from './server-errors.ts';

/** The exit codes of the command. Scripts rely on them. */
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

/** A failure that the command itself detects. It prints the message and no stack trace. */
export class CliError extends Error {
  readonly exitCode: ExitCode;
  /** What the user can do next. */
  readonly hint: string | undefined;

  constructor(exitCode: ExitCode, message: string, hint?: string) {
    super(message);
    this.name = 'CliError';
    this.exitCode = exitCode;
    this.hint = hint;
  }
}

/** Invalid usage, such as a missing flag or a value that cannot be parsed. */
export function usageError(message: string, hint?: string): CliError {
  return new CliError(exitCodes.usage, message, hint);
}

/** Ends a command that has already printed the reason. */
export function endsWith(exitCode: ExitCode): CliError {
  return new CliError(exitCode, '');
}

/** Ctrl-C, or Escape at a prompt. */
export function interrupted(): CliError {
  return endsWith(exitCodes.interrupted);
}

/** A failure as the command prints it. */
export interface FailureReport {
  exitCode: ExitCode;
  lines: string[];
}

/** @param parts flags and arguments of the command; messages about its input name them */
export async function reportFailure(error: unknown, parts?: CommandParts): Promise<FailureReport> {
  if (error instanceof CliError) {
    const lines = error.message === '' ? [] : withHint(error.message, error.hint);
    return { exitCode: error.exitCode, lines };
  }
  if (isSystemError(error) && error.code !== 'ERR_INVALID_ARG_TYPE') {
    return { exitCode: exitCodes.error, lines: withHint(error.message) };
  }
  const { isMatineeError } = await import('@matinee/sdk');
  if (isMatineeError(error)) {
    return { exitCode: exitCodeOf(error), lines: describe(error, parts) };
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    exitCode: exitCodes.error,
    lines: withHint(text, 'This is a bug in the matinee command. Please report it.'),
  };
}

/** The exit code for an error response, or for a call without a response. */
export function exitCodeOf(error: Pick<MatineeError, 'status' | 'code'>): ExitCode {
  if (error.code === 'NETWORK_ERROR' || error.code === 'TIMEOUT') {
    return exitCodes.unreachable;
  }
  if (error.code === 'ABORTED') {
    return exitCodes.interrupted;
  }
  return byStatus[error.status] ?? exitCodes.error;
}

const byStatus: Record<number, ExitCode> = {
  400: exitCodes.invalid,
  401: exitCodes.signIn,
  402: exitCodes.conflict,
  403: exitCodes.signIn,
  404: exitCodes.notFound,
  409: exitCodes.conflict,
  413: exitCodes.invalid,
  415: exitCodes.invalid,
  422: exitCodes.conflict,
};

function withHint(message: string, hint?: string): string[] {
  return [...plainLines(message), ...(hint === undefined ? [] : [hint])];
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}
