import { create, part } from './elements.ts';

export type NoticeKind = 'good' | 'bad';

let isForNextView = false;

/** Tells the customer something; an empty text removes it. Failures interrupt a screen reader. */
export function say(text: string, kind: NoticeKind = 'bad'): void {
  isForNextView = false;
  const [place, other] =
    kind === 'bad' ? [part('alert'), part('status')] : [part('status'), part('alert')];
  other.replaceChildren();
  place.replaceChildren();
  if (text !== '') {
    const close = create('button', { type: 'button', className: 'close', ariaLabel: 'Dismiss' }, [
      '✕',
    ]);
    close.addEventListener('click', () => say(''));
    place.append(create('p', { textContent: text }), close);
  }
}

/** Like `say`, but the text is still there once the next view has opened. */
export function sayAfterwards(text: string, kind: NoticeKind): void {
  say(text, kind);
  isForNextView = true;
}

/** Removes the text of the view before. */
export function endNotice(): void {
  if (isForNextView) {
    isForNextView = false;
  } else {
    say('');
  }
}
