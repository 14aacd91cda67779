import { destination, pino } from 'pino';
import type { Logger, LoggerOptions } from 'pino';
import pretty from 'pino-pretty';
import type { Environment } from './environment.ts';
import { terminalFormat } from './log-line.ts';

/** How every line begins: the level by its name, and the instant in UTC, in ISO 8601. */
const beginning: LoggerOptions = {
  base: null,
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: (level) => ({ level }) },
};

/**
 * JSON lines on stderr, so that stdout has the start block alone; one line of text each at a
 * terminal in development.
 */
export function createLog(environment: Environment): Logger {
  const options: LoggerOptions = {
    ...beginning,
    level: environment.DEBUG ? 'debug' : environment.LOG_LEVEL,
    redact: ['*.password', '*.authorization', '*.accessToken'],
  };
  const readable = environment.ENVIRONMENT === 'development' && process.stderr.isTTY;
  return pino(
    options,
    readable ? pretty({ ...terminalFormat, destination: 2, sync: true }) : destination(2),
  );
}

/**
 * The same log for the line of each request. Its fields are texts and numbers of ours, so it looks for no
 * secrets in them: that would take a tenth of all the memory that a purchase uses.
 */
export function accessLogOf(log: Logger): Logger {
  return log.child({}, { redact: [] });
}
