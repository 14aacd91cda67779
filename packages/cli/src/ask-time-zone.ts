import { ask, promptStreams } from './ask.ts';
import type { Session } from './session.ts';

/** Offers the time zone of this machine. */
export function askTimeZone(session: Session): Promise<string> {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return ask((prompts) =>
    prompts.text({
      message: 'Time zone, such as Europe/Paris',
      initialValue: timeZone,
      validate: (text = '') => (isTimeZone(text) ? undefined : 'There is no such time zone.'),
      ...promptStreams(session),
    }),
  );
}

function isTimeZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
