import { Camera, explainCamera } from './camera.ts';
import { CodesInView } from './codes-in-view.ts';
import { create } from './elements.ts';
import { KeptSwitch } from './kept-switch.ts';

/** The picture of the camera, with what there is to say about it. */
export class CameraStage {
  readonly element: HTMLElement;
  readonly #camera: Camera;
  readonly #inView = new CodesInView();
  readonly #isSwitchedOff = new KeptSwitch('camera-off');
  readonly #words = create('p', { className: 'hint', role: 'status' });
  readonly #closing = new AbortController();
  #trouble = '';

  /**
   * @param onCode told of each code that has come into view
   * @param isBusy whether a code is being judged: others wait until it is
   */
  constructor(onCode: (code: string) => void, isBusy: () => boolean) {
    const video = create('video', { muted: true, playsInline: true });
    video.setAttribute('aria-hidden', 'true');
    this.#camera = new Camera(video, (code) => {
      const isNew = this.#inView.isNew(code);
      if (code === '' || (isNew && isBusy())) {
        return;
      }
      this.#inView.note(code);
      if (isNew) {
        onCode(code);
      }
    });
    this.element = create('div', { className: 'stage' }, [
      video,
      create('div', { className: 'finder' }),
      this.#words,
    ]);
  }

  get isOn(): boolean {
    return !this.#isSwitchedOff.isOn;
  }

  open(): void {
    const { signal } = this.#closing;
    const revive = () => {
      if (document.visibilityState === 'visible' && this.isOn && !this.#camera.isLive) {
        void this.#start();
      }
    };
    document.addEventListener('visibilitychange', revive, { signal });
    void this.#start();
  }

  close(): void {
    this.#closing.abort();
    this.#camera.stop();
  }

  async switch(isOn: boolean): Promise<void> {
    this.#isSwitchedOff.isOn = !isOn;
    await this.#start();
  }

  setJudging(isJudging: boolean): void {
    this.#draw(isJudging ? 'Checking…' : undefined);
  }

  async #start(): Promise<void> {
    this.#trouble = '';
    if (this.isOn) {
      try {
        await this.#camera.start();
      } catch (error) {
        this.#trouble = explainCamera(error);
      }
    } else {
      this.#camera.stop();
    }
    this.#draw();
  }

  #draw(passing?: string): void {
    const { isLive } = this.#camera;
    this.element.dataset['state'] = isLive ? 'live' : 'dark';
    const standing = isLive ? 'Point at a ticket' : 'The camera is off';
    const text = passing ?? (this.#trouble || standing);
    if (this.#words.textContent !== text) {
      this.#words.textContent = text;
    }
  }
}
