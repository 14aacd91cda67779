/** Where the lines of a door come from. */
export interface Lines {
  /** Ends with the input, and after `close`. */
  read(): AsyncIterable<string>;
  /** Prints something, above what is being typed. */
  print(write: () => void): void;
  /** Whether Ctrl-C has ended the lines. */
  readonly isInterrupted: boolean;
  close(): void;
}
