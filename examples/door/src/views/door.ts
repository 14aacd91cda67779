import { isMatineeError } from '@matinee/sdk';
import type { Matinee } from '@matinee/sdk';
import type { Verdict } from '@matinee/sdk/door';
import { CameraStage } from '../camera-stage.ts';
import { seatsToChoose, sendable } from '../code.ts';
import { Controls } from '../controls.ts';
import { button, create } from '../elements.ts';
import { explain } from '../failures.ts';
import { IncidentList } from '../incident-list.ts';
import { Keeper } from '../keeper.ts';
import { readNames } from '../place.ts';
import type { Place } from '../place.ts';
import type { Sound } from '../sound.ts';
import { StatusBar } from '../status-bar.ts';
import { TypedCode, watchTyping } from '../typed-code.ts';
import { askToUndo, isAsking } from '../undo-dialog.ts';
import { VerdictScreen } from '../verdict-screen.ts';
import { isGoingIn, spoken, wordsOf } from '../verdict-words.ts';
import type { View } from '../view.ts';
import { keepScreenOn } from '../wake-lock.ts';

/** What the view works with. */
export interface DoorOptions {
  matinee: Matinee;
  place: Place;
  sound: Sound;
  onLeave: () => void;
}

/** The door of one show: the camera, the verdicts, and what the staff switch. */
export function openDoor(options: DoorOptions): View {
  const view = new DoorView(options);
  return { title: options.place.movie, body: view.element, close: () => view.close() };
}

class DoorView {
  readonly element = create('div', { className: 'door' });
  readonly #sound: Sound;
  readonly #place: Place;
  readonly #keeper: Keeper;
  readonly #stage: CameraStage;
  readonly #bar: StatusBar;
  readonly #incidents: IncidentList;
  readonly #verdict: VerdictScreen;
  readonly #typed = new TypedCode((code) => void this.#scan(code));
  readonly #controls: Controls;
  readonly #trouble = create('p', { className: 'trouble', role: 'alert', hidden: true });
  /** What screen readers say of a verdict. */
  readonly #spoken = create('p', { className: 'visually-hidden' });
  readonly #rest: HTMLElement;
  readonly #closing = new AbortController();
  readonly #letScreenSleep = keepScreenOn();
  #isJudging = false;
  /** What had the focus before the verdict. */
  #focused: HTMLElement | undefined;

  constructor({ matinee, place, sound, onLeave }: DoorOptions) {
    this.#sound = sound;
    this.#place = place;
    this.#keeper = new Keeper({
      matinee,
      place,
      names: readNames(),
      onChange: () => this.#draw(),
      onTrouble: (error) => this.#drawTrouble(error),
    });
    this.#stage = new CameraStage(
      (code) => void this.#scan(code),
      () => this.#isJudging || isAsking(),
    );
    this.#bar = new StatusBar(
      place,
      button({ className: 'plain', textContent: 'Change show' }, onLeave),
    );
    this.#incidents = new IncidentList(this.#keeper.incidents);
    this.#verdict = new VerdictScreen({ onNext: () => this.#next(), onUndo: () => this.#undo() });
    this.#controls = new Controls({
      sound,
      stage: this.#stage,
      onMode: (type) => (this.element.dataset['type'] = type),
      onUndo: () => this.#undo(),
    });
    this.#rest = create('div', { className: 'panel' }, [
      this.#incidents.element,
      this.#controls.mode,
      this.#typed.element,
      this.#controls.buttons,
    ]);
    this.#spoken.setAttribute('aria-live', 'assertive');
    this.element.append(
      this.#bar.element,
      this.#trouble,
      this.#stage.element,
      this.#rest,
      this.#verdict.element,
      this.#spoken,
    );
    watchTyping(() => this.#beginTyping(), this.#closing.signal);
    this.#draw();
    this.#keeper.open();
    this.#stage.open();
  }

  close(): void {
    this.#closing.abort();
    this.#keeper.close();
    this.#stage.close();
    this.#letScreenSleep();
  }

  async #scan(read: string): Promise<void> {
    const code = sendable(read);
    const seats = seatsToChoose(code, this.#keeper.door.manifest);
    if (seats.length > 1) {
      this.#askForSeat(code, seats);
      return;
    }
    this.#setJudging(true);
    this.#typed.fail('');
    try {
      this.#show(await this.#keeper.scan(code, this.#controls.type));
    } catch (error) {
      this.#failScan(error);
    } finally {
      this.#setJudging(false);
    }
  }

  #show(verdict: Verdict): void {
    const words = wordsOf(verdict, {
      timeZone: this.#place.timeZone,
      deviceId: readNames().deviceId,
      opensAt: this.#keeper.door.manifest?.opensAt,
      listedAt: this.#keeper.listedAt,
    });
    this.#sound.play(verdict.result === 'admitted' ? 'good' : 'bad');
    if (!this.#verdict.isShown) {
      const { activeElement } = document;
      this.#focused = activeElement instanceof HTMLElement ? activeElement : undefined;
    }
    this.#verdict.show(words, isGoingIn(verdict));
    this.#say(spoken(words));
    this.#setCovered(true);
    this.#verdict.next.focus({ preventScroll: true });
    this.#draw();
  }

  /** A code that nobody could judge: the field says why. */
  #failScan(error: unknown): void {
    this.#next();
    this.#sound.play('bad');
    const hasList = this.#keeper.door.manifest !== undefined;
    this.#typed.fail(
      hasList || isMatineeError(error)
        ? explain(error)
        : 'The list of this show has not been loaded yet, and the server does not respond.',
    );
  }

  #askForSeat(reference: string, seats: readonly string[]): void {
    this.#next();
    this.#typed.restore(reference);
    this.#typed.fail(
      `This booking has ${seats.length} seats. Add one of them: ${seats.join(', ')}.`,
    );
  }

  #next(): void {
    if (this.#verdict.isShown) {
      this.#verdict.hide();
      this.#setCovered(false);
      this.#focused?.focus();
    }
  }

  /** A new element: the same words are said again. */
  #say(text: string): void {
    this.#spoken.replaceChildren(create('span', { textContent: text }));
  }

  #beginTyping(): void {
    this.#next();
    this.#typed.focus();
  }

  #undo(): void {
    const { lastEntry } = this.#keeper;
    if (!lastEntry) {
      return;
    }
    const seat = nameOf(lastEntry);
    askToUndo(seat, {
      undo: (reason) => this.#keeper.undo(lastEntry, reason),
      onDone: () => {
        this.#next();
        this.#say(`The entry of ${seat} was taken back.`);
      },
    });
  }

  #setJudging(isJudging: boolean): void {
    this.#isJudging = isJudging;
    this.element.ariaBusy = String(isJudging);
    this.#stage.setJudging(isJudging);
  }

  /** What lies under the verdict takes neither touches nor the focus. */
  #setCovered(isCovered: boolean): void {
    this.element.dataset['covered'] = String(isCovered);
    for (const each of [this.#bar.element, this.#trouble, this.#rest]) {
      each.inert = isCovered;
    }
  }

  #draw(): void {
    this.#bar.draw(this.#keeper);
    this.#incidents.draw();
    const { lastEntry } = this.#keeper;
    this.#controls.draw(lastEntry && nameOf(lastEntry));
  }

  #drawTrouble(error: unknown): void {
    this.#trouble.hidden = error === undefined;
    const text = error === undefined ? '' : explain(error);
    if (this.#trouble.textContent !== text) {
      this.#trouble.textContent = text;
    }
  }
}

/** "A12" */
function nameOf({ seat }: Pick<Verdict, 'seat'>): string {
  return seat ?? 'the last ticket';
}
