import type { NotificationSettings } from '@matinee/sdk';
import type { Command } from 'commander';
import { askCode } from '../ask-account.ts';
import { addGroup, asJson, examples, runs } from '../command.ts';
import { addFields, readInput } from '../input.ts';
import type { Field, InputOptions } from '../input.ts';
import { details } from '../output/details.ts';
import type { Paint } from '../output/paint.ts';
import type { Format, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';

const fields: readonly Field[] = [
  { key: 'reminders', value: 'yes or no', description: 'a mail a day before each show' },
  { key: 'news', value: 'yes or no', description: 'news of the cinema by mail' },
  { key: 'sms', value: 'yes or no', description: 'reminders by SMS as well' },
  {
    key: 'recommendations',
    value: 'yes or no',
    description: 'count what you saw for recommendations',
  },
];

export function addNotifications(program: Command, terminal: Terminal): void {
  const notifications = addGroup(program, 'notifications', 'what you are sent');

  const get = asJson(notifications.command('get'));
  examples(get.description('show what you are sent'), ['matinee notifications get']);
  runs<Format>(get, terminal, getNotifications);

  const update = addFields(notifications.command('update'), fields, 'update without a revision');
  asJson(update.description('choose what you are sent; mails about your bookings always are'));
  examples(update, ['matinee notifications update --no-reminders --news']);
  runs<InputOptions & Format>(update, terminal, updateNotifications);

  const phone = asJson(notifications.command('phone').argument('<number>', 'with its country'));
  phone.description('prove a telephone number by a code that is sent to it (prompts)');
  examples(phone, ['matinee notifications phone +4915112345678']);
  runs<Format>(phone, terminal, provePhone);
}

async function getNotifications(session: Session, options: Format): Promise<void> {
  const matinee = await session.matinee();
  const settings = await matinee.auth.notifications();
  session.print(options, settings, () => showSettings(settings, session.paint));
}

async function updateNotifications(
  session: Session,
  options: InputOptions & Format,
): Promise<void> {
  const input = readInput(options, fields, 'update');
  const matinee = await session.matinee();
  const settings = await matinee.auth.updateNotifications(input);
  session.print(options, settings, () => showSettings(settings, session.paint));
  session.talk('Settings updated.');
}

async function provePhone(
  session: Session,
  options: Format,
  [phone = '']: string[],
): Promise<void> {
  const matinee = await session.matinee();
  await matinee.auth.requestPhoneVerification({ phone });
  session.talk(`A text message with a code goes to ${phone}.`);
  const code = await askCode(session, 'Code in the message');
  await matinee.auth.verifyPhone({ code });
  const settings = await matinee.auth.notifications();
  session.print(options, settings, () => showSettings(settings, session.paint));
  session.talk('The number is proven. Reminders by SMS: `matinee notifications update --sms`.');
}

function showSettings(settings: NotificationSettings, paint: Paint): string {
  const { reminders, news, sms, recommendations, phone } = settings;
  const word = (isOn: boolean) => (isOn ? 'yes' : 'no');
  return details(
    [
      ['Reminders', word(reminders)],
      ['News', word(news)],
      ['SMS', word(sms)],
      ['Recommendations', word(recommendations)],
      ['Telephone', phone],
    ],
    paint,
  );
}
