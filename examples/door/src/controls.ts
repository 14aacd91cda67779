import type { CameraStage } from './camera-stage.ts';
import { button, create } from './elements.ts';
import { icon } from './icons.ts';
import type { Sound } from './sound.ts';

type ScanType = 'entry' | 'exit';

/** What the controls switch. */
interface ControlsOptions {
  sound: Sound;
  stage: CameraStage;
  onMode: (type: ScanType) => void;
  onUndo: () => void;
}

/** In or out, undo, sound and camera. */
export class Controls {
  readonly mode: HTMLElement;
  readonly buttons: HTMLElement;
  type: ScanType = 'entry';
  readonly #undo: HTMLButtonElement;
  readonly #undoWords = create('span');

  constructor({ sound, stage, onMode, onUndo }: ControlsOptions) {
    const choose = (type: ScanType) => {
      this.type = type;
      onMode(type);
    };
    this.mode = create('fieldset', { className: 'mode' }, [
      create('legend', { className: 'visually-hidden', textContent: 'Direction' }),
      ...modeChoice('entry', 'Going in', choose),
      ...modeChoice('exit', 'Going out', choose),
    ]);
    this.#undo = button({ className: 'undo' }, onUndo);
    this.#undo.append(icon('undo'), this.#undoWords);
    this.buttons = create('div', { className: 'switches' }, [
      this.#undo,
      soundSwitch(sound),
      cameraSwitch(stage),
    ]);
    onMode(this.type);
  }

  /** @param seat whose entry can be taken back */
  draw(seat: string | undefined): void {
    this.#undo.disabled = seat === undefined;
    this.#undoWords.textContent = seat === undefined ? 'Undo' : `Undo ${seat}`;
  }
}

function modeChoice(
  type: ScanType,
  label: string,
  choose: (type: ScanType) => void,
): HTMLElement[] {
  const input = create('input', {
    id: `mode-${type}`,
    type: 'radio',
    name: 'mode',
    checked: type === 'entry',
  });
  input.addEventListener('change', () => choose(type));
  return [input, create('label', { htmlFor: input.id, textContent: label })];
}

function soundSwitch({ muted }: Sound): HTMLButtonElement {
  const element = button({}, () => {
    muted.isOn = !muted.isOn;
    draw();
  });
  const draw = () => {
    element.ariaPressed = String(!muted.isOn);
    element.replaceChildren(icon(muted.isOn ? 'muted' : 'sound'), 'Sound');
  };
  draw();
  return element;
}

function cameraSwitch(stage: CameraStage): HTMLButtonElement {
  const element = button({}, () => {
    void stage.switch(!stage.isOn);
    draw();
  });
  const draw = () => {
    element.ariaPressed = String(stage.isOn);
  };
  element.append(icon('camera'), 'Camera');
  draw();
  return element;
}
