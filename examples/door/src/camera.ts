import { openQrReader } from './qr-reader.ts';
import type { QrReader } from './qr-reader.ts';

/** Five pictures a second: nobody waits, and the phone stays cool. */
const betweenPicturesMs = 200;

/** The camera at the back of the phone, and the codes that it sees. */
export class Camera {
  readonly video: HTMLVideoElement;
  readonly #onCode: (code: string) => void;
  #stream: MediaStream | undefined;
  #reader: QrReader | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Differs for each start, so that a start that was overtaken ends itself. */
  #run = 0;

  constructor(video: HTMLVideoElement, onCode: (code: string) => void) {
    this.video = video;
    this.#onCode = onCode;
  }

  /** @throws DOMException when there is no camera, or the browser may not use it */
  async start(): Promise<void> {
    this.stop();
    const run = this.#run;
    // Pages that are not from HTTPS or this machine have no `mediaDevices` at all.
    if (!('mediaDevices' in navigator)) {
      throw new DOMException('The page is not secure.', 'SecurityError');
    }
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 720 } },
    });
    this.#reader ??= await openQrReader();
    if (run !== this.#run) {
      end(stream);
      return;
    }
    this.#stream = stream;
    this.video.srcObject = stream;
    await this.video.play();
    this.#look(run);
  }

  stop(): void {
    this.#run += 1;
    clearTimeout(this.#timer);
    if (this.#stream) {
      end(this.#stream);
    }
    this.#stream = undefined;
    this.video.srcObject = null;
  }

  /** Whether a camera that was started still gives pictures; phones end it in the background. */
  get isLive(): boolean {
    return this.#stream?.getVideoTracks().some(({ readyState }) => readyState === 'live') ?? false;
  }

  #look(run: number): void {
    const again = () => {
      if (run === this.#run) {
        this.#timer = setTimeout(() => this.#look(run), betweenPicturesMs);
      }
    };
    // A picture that cannot be read is no failure: the next one follows.
    this.#read(run).then(again, again);
  }

  async #read(run: number): Promise<void> {
    const isReady = this.video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
    const codes = (isReady && (await this.#reader?.(this.video))) || [];
    if (run === this.#run) {
      codes.forEach((code) => this.#onCode(code));
    }
  }
}

function end(stream: MediaStream): void {
  stream.getTracks().forEach((track) => track.stop());
}

/** Why there is no picture, and what to do. */
export function explainCamera(error: unknown): string {
  switch (error instanceof DOMException ? error.name : '') {
    case 'NotAllowedError':
      return 'This page may not use the camera. Allow it in the settings of the browser, or type the codes.';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'This device has no camera. Type the codes, or use a hand scanner.';
    case 'SecurityError':
      return 'Browsers give the camera to pages from HTTPS only. Type the codes, or open the page with https://.';
    default:
      return 'The camera does not respond. Another app may be using it. Type the codes meanwhile.';
  }
}
