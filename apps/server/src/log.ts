import { destination, pino } from 'pino';
import type { Logger } from 'pino';
import pretty from 'pino-pretty';
import type { Environment } from './environment.ts';
import { terminalFormat } from './log-line.ts';

/**
 * JSON lines on stderr, so that stdout has the start block alone; one line of text each at a
 * terminal in development.
 */
export function createLog(environment: Environment): Logger {
  const options = {
    level: environment.DEBUG ? 'debug' : environment.LOG_LEVEL,
    base: null,
    redact: ['*.password', '*.authorization', '*.accessToken'],
  };
  const readable = environment.ENVIRONMENT === 'development' && process.stderr.isTTY;
  return pino(
    options,
    readable ? pretty({ ...terminalFormat, destination: 2, sync: true }) : destination(2),
  );
}
