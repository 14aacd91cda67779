import { ConflictError } from './errors.ts';

/** An input without the keys that were left out: an update leaves their fields as they are. */
export function defined<Input extends object>(
  input: Input,
): { [Key in keyof Input]?: Exclude<Input[Key], undefined> } {
  return Object.fromEntries(
    Object.entries(input).filter(([, value]) => value !== undefined),
  ) as ReturnType<typeof defined<Input>>;
}

/** @throws ConflictError `EDIT_CONFLICT` when the edit was made from an older revision */
export function assertRevision(present: number, named: number | undefined): void {
  if (named !== undefined && named !== present) {
    throw new ConflictError('EDIT_CONFLICT', { revision: present });
  }
}
