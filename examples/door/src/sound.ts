import { KeptSwitch } from './kept-switch.ts';

/** Good news rise, and bad news are low and rough: nobody has to look to tell them apart. */
const tones = {
  good: { type: 'sine', notes: [880, 1320], noteSeconds: 0.11, volume: 0.5 },
  bad: { type: 'square', notes: [196, 147], noteSeconds: 0.24, volume: 0.35 },
} as const;

/** How long the phone shakes and rests, in milliseconds. */
const shakes = { good: [80], bad: [250, 100, 250] } as const;

export type Tone = keyof typeof tones;

/** What staff hear and feel. */
export class Sound {
  readonly muted = new KeptSwitch('muted');
  #context: AudioContext | undefined;

  constructor() {
    // Browsers let a page make sounds after a touch only.
    for (const type of ['pointerdown', 'keydown']) {
      addEventListener(type, () => void this.#wake(), { passive: true });
    }
  }

  play(tone: Tone): void {
    // Not every browser can shake its device.
    if ('vibrate' in navigator) {
      navigator.vibrate([...shakes[tone]]);
    }
    if (!this.muted.isOn) {
      void this.#wake();
      this.#sound(tones[tone]);
    }
  }

  async #wake(): Promise<void> {
    this.#context ??= new AudioContext();
    if (this.#context.state === 'suspended') {
      // It waits for a touch; that is no failure.
      await this.#context.resume().catch(() => {});
    }
  }

  #sound({ type, notes, noteSeconds, volume }: (typeof tones)[Tone]): void {
    const context = this.#context;
    if (!context) {
      return;
    }
    for (const [index, frequency] of notes.entries()) {
      const startsAt = context.currentTime + index * noteSeconds;
      const oscillator = new OscillatorNode(context, { type, frequency });
      const gain = new GainNode(context, { gain: volume });
      gain.gain.setValueAtTime(volume, startsAt);
      gain.gain.exponentialRampToValueAtTime(0.001, startsAt + noteSeconds);
      oscillator.connect(gain).connect(context.destination);
      oscillator.start(startsAt);
      oscillator.stop(startsAt + noteSeconds);
    }
  }
}
