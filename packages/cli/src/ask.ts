import type { Readable, Writable } from 'node:stream';
import type * as prompts from '@clack/prompts';
import { CliError, exitCodes, interrupted, usageError } from './failure.ts';
import { plain } from './output/text.ts';
import type { Session } from './session.ts';

type Prompts = typeof prompts;

/** Where questions go: never to stdout, which is for data. */
export function promptStreams(session: Session): { input: Readable; output: Writable } {
  const { input, talk } = session.terminal;
  return { input: input as unknown as Readable, output: talk as unknown as Writable };
}

/** Asks one question; Ctrl-C and Escape end the command. */
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

/** A line of text that must not be empty. */
export function askText(session: Session, message: string): Promise<string> {
  return ask((prompts) =>
    prompts.text({
      message,
      ...promptStreams(session),
      validate: (text) => (text?.trim() ? undefined : 'Please type something.'),
    }),
  );
}

/** Something that does not show on the screen. */
export function askHidden(session: Session, message: string): Promise<string> {
  return ask((prompts) =>
    prompts.password({
      message,
      ...promptStreams(session),
      validate: (text) => (text ? undefined : 'Please type something.'),
    }),
  );
}

/**
 * Asks before something is destroyed. Where nobody can be asked, `--yes` has to say so.
 *
 * @param describe names what goes; called only when somebody is asked
 */
export async function confirm(session: Session, describe: () => Promise<string>): Promise<void> {
  if (session.globals.yes) {
    return;
  }
  if (!session.canAsk) {
    throw usageError(
      'This destroys something, and there is nobody to confirm it.',
      'Repeat the command with --yes if you mean it.',
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
