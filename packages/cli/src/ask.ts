import type { Readable, Writable } from 'node:stream';
import type * as prompts from '@clack/prompts';
import { CliError, exitCodes, interrupted, usageError } from './failure.ts';
import { plain } from './output/text.ts';
import type { Session } from './session.ts';

type Prompts = typeof prompts;

/** The streams for prompts. Stdout carries data, so prompts never use it. */
export function promptStreams(session: Session): { input: Readable; output: Writable } {
  const { input, talk } = session.terminal;
  return { input: input as unknown as Readable, output: talk as unknown as Writable };
}

/** Shows one prompt. Ctrl-C and Escape end the command. */
export async function ask<Answer>(
  question: (prompts: Prompts) => Promise<Answer | Prompts['CANCEL_SYMBOL']>,
): Promise<Answer> {
  const prompts = await import('@clack/prompts');
  const answer = await question(prompts);
  if (prompts.isCancel(answer)) {
    throw interrupted();
  }
  return answer;
}

/** Prompts for a line of text that is not empty. */
export function askText(session: Session, message: string): Promise<string> {
  return ask((prompts) =>
    prompts.text({
      message,
      ...promptStreams(session),
      validate: (text) => (text?.trim() ? undefined : 'Enter a value.'),
    }),
  );
}

/** What may be entered. */
export interface ValidText<Value> {
  message: string;
  /** Returns undefined for a text that is not valid. */
  read: (text: string) => Value | undefined;
  /** Shown for such a text. */
  hint: string;
}

/** Prompts for a line of text until it can be read. */
export async function askValid<Value>(
  session: Session,
  { message, read, hint }: ValidText<Value>,
): Promise<Value> {
  let value: Value | undefined;
  await ask((prompts) =>
    prompts.text({
      message,
      ...promptStreams(session),
      validate: (text = '') => {
        value = read(text);
        return value === undefined ? hint : undefined;
      },
    }),
  );
  return value as Value;
}

/** Prompts for text that the screen does not show. */
export function askHidden(session: Session, message: string): Promise<string> {
  return ask((prompts) =>
    prompts.password({
      message,
      ...promptStreams(session),
      validate: (text) => (text ? undefined : 'Enter a value.'),
    }),
  );
}

/**
 * Asks for confirmation before a destructive change. `--yes` confirms it in advance, and is required
 * where the command cannot prompt.
 *
 * @param describe makes the question; called only before a prompt
 */
export async function confirm(session: Session, describe: () => Promise<string>): Promise<void> {
  if (session.globals.yes) {
    return;
  }
  if (!session.canAsk) {
    throw usageError(
      'This command needs a confirmation, and it cannot prompt here.',
      'Repeat it with --yes to confirm.',
    );
  }
  const message = plain(await describe());
  const streams = promptStreams(session);
  const agreed = await ask((prompts) =>
    prompts.confirm({ message, initialValue: false, ...streams }),
  );
  if (!agreed) {
    throw new CliError(exitCodes.error, 'Nothing was changed.');
  }
}
