/** A setting that is on or off, and survives a reload. */
export class KeptSwitch {
  readonly #key: string;

  constructor(name: string) {
    this.#key = `door.${name}`;
  }

  get isOn(): boolean {
    return localStorage.getItem(this.#key) === 'on';
  }

  set isOn(isOn: boolean) {
    localStorage.setItem(this.#key, isOn ? 'on' : 'off');
  }
}
