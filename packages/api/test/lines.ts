import type { Log } from '../src/log.ts';

/** One line of the log. */
interface Line {
  level: keyof Log;
  message: string;
  fields: object;
}

/** A log that keeps its lines. */
export function keptLog(): { log: Log; lines: Line[] } {
  const lines: Line[] = [];
  const keep = (level: keyof Log) => (fields: object, message: string) => {
    lines.push({ level, message, fields });
  };
  const log: Log = {
    error: keep('error'),
    warn: keep('warn'),
    info: keep('info'),
    debug: keep('debug'),
  };
  return { log, lines };
}
