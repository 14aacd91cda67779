import { createMatinee } from '@matinee/sdk';
import { keepPageOffline } from './offline-page.ts';
import { forgetPlace, keepPlace, readPlace } from './place.ts';
import { Session } from './session.ts';
import { signOut } from './sign-out.ts';
import { Sound } from './sound.ts';
import type { View } from './view.ts';
import { openChooseShow } from './views/choose-show.ts';
import { openDoor } from './views/door.ts';
import { openSignIn } from './views/sign-in.ts';

/* One page with three views: the sign-in, the choice of the show, and the door. */

const session = new Session();
const sound = new Sound();
const matinee = createMatinee({
  url: import.meta.env.VITE_MATINEE_URL ?? 'http://127.0.0.1:8000',
  session: session.store,
  // Nobody waits long at a door: the next attempt follows within seconds.
  timeoutMs: 8_000,
  retries: 1,
  // The scans that wait for their upload stay on the device, and the show stays chosen.
  onUnauthorized: () => {
    session.end();
    draw('You have been signed out. Please sign in again.');
  },
});
const place = document.querySelector('main') ?? document.body;
let view: View | undefined;

function draw(notice = ''): void {
  view?.close?.();
  view = openView(notice);
  document.title = `${view.title} · Matinee`;
  place.replaceChildren(view.body);
  view.body.querySelector<HTMLElement>('h1')?.focus();
}

function openView(notice: string): View {
  if (!session.isSignedIn) {
    return openSignIn(matinee, notice, () => draw());
  }
  const chosen = readPlace();
  if (!chosen) {
    return openChooseShow({
      matinee,
      onChosen: (each) => {
        keepPlace(each);
        draw();
      },
      onSignOut: () => void signOut(matinee, session).then((words) => draw(words)),
    });
  }
  return openDoor({
    matinee,
    sound,
    place: chosen,
    onLeave: () => {
      forgetPlace();
      draw();
    },
  });
}

keepPageOffline();
draw();
