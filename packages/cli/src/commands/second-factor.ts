import type { Command } from 'commander';
import { askCode, readPassword } from '../ask-account.ts';
import { addGroup, asJson, examples, runs } from '../command.ts';
import { noPaint } from '../output/paint.ts';
import { qrLines } from '../output/qr.ts';
import type { Format, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';

export function addSecondFactor(program: Command, terminal: Terminal): void {
  const factor = addGroup(program, 'second-factor', 'a code of an app, beside your password');

  const setup = asJson(factor.command('setup'));
  setup.description('add one: shows a QR code for your authenticator app (prompts)');
  examples(setup, ['matinee second-factor setup']);
  runs<Format>(setup, terminal, setUp);

  const remove = asJson(factor.command('remove'));
  remove.description('remove it (prompts, or MATINEE_PASSWORD and MATINEE_CODE)');
  examples(remove, ['matinee second-factor remove']);
  runs<Format>(remove, terminal, removeFactor);
}

async function setUp(session: Session, options: Format): Promise<void> {
  const matinee = await session.matinee();
  const password = await readPassword(session);
  const { secret, otpauthUrl } = await matinee.auth.secondFactor.start({ password });
  const drawing = { label: secret, hasColours: session.talkPaint !== noPaint };
  session.talk(qrLines(otpauthUrl, drawing).join('\n'));
  session.talk('Scan this with your authenticator app, or type the letters below it.');
  const code = await askCode(session);
  const confirmed = await matinee.auth.secondFactor.confirm({ code });
  session.print(options, confirmed, () => confirmed.recoveryCodes.join('\n'));
  session.talk(
    'Signing in needs a code now. Keep these recovery codes: each replaces the app once, and they are not shown again.',
  );
}

async function removeFactor(session: Session, options: Format): Promise<void> {
  const matinee = await session.matinee();
  const password = await readPassword(session);
  const code = await askCode(session);
  const removed = await matinee.auth.secondFactor.remove({ password, code });
  session.print(options, removed, () => 'Signing in needs no code any more.');
}
