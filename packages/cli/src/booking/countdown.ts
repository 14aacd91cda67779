import { emitKeypressEvents } from 'node:readline';
import { cut } from '../output/text.ts';
import { minutesAndSeconds } from '../output/time.ts';
import type { Session } from '../session.ts';

/** An end by the server's clock, independent of the local clock. */
export interface Deadline {
  /** The server's time in its response. */
  now: Date;
  expiresAt: Date;
  /** `performance.now()` at that moment. */
  readAt: number;
}

/** The meaning of a key, or the end of the time. */
export type Key = 'yes' | 'no' | 'more' | 'stop' | 'expired';

export function remainingMs({ now, expiresAt, readAt }: Deadline): number {
  return expiresAt.getTime() - now.getTime() - (performance.now() - readAt);
}

/** Prompts for one key and shows a countdown. */
export function askWithCountdown(
  session: Session,
  question: string,
  deadline: Deadline,
): Promise<Key> {
  const { talk } = session.terminal;
  const input = session.terminal.input as unknown as NodeJS.ReadStream;
  let drawn = '';
  const draw = () => {
    const left = minutesAndSeconds(remainingMs(deadline));
    const text = `${left} left  ${question}  [y]es  [n]o  [m]ore time`;
    const line = cut(text, (talk.columns || 80) - 1);
    if (line !== drawn) {
      talk.write(`\r\u001b[2K${line}`);
      drawn = line;
    }
  };
  return new Promise((resolve) => {
    const finish = (key: Key) => {
      clearInterval(timer);
      input.off('keypress', onKey);
      input.setRawMode(false);
      input.pause();
      talk.write('\n');
      resolve(key);
    };
    const tick = () => (remainingMs(deadline) <= 0 ? finish('expired') : draw());
    const onKey = (text: string | undefined, key: { name?: string; ctrl?: boolean }) => {
      const answer = keyOf(text, key);
      if (answer) {
        finish(answer);
      }
    };
    emitKeypressEvents(input);
    input.setRawMode(true);
    input.on('keypress', onKey);
    input.resume();
    const timer = setInterval(tick, 250);
    tick();
  });
}

function keyOf(text: string | undefined, key: { name?: string; ctrl?: boolean }): Key | undefined {
  if (key.ctrl) {
    return key.name === 'c' || key.name === 'd' ? 'stop' : undefined;
  }
  if (key.name === 'escape') {
    return 'no';
  }
  // Enter means nothing: pressed out of habit, it must not sell seats.
  const typed = { y: 'yes', n: 'no', m: 'more' } as const;
  return typed[text?.toLowerCase() as keyof typeof typed];
}
