/** Where the product reports what happened. pino fits. */
export interface Log {
  error(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
}
