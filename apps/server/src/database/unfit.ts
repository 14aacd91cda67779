/** A database that lacks what the guarantees need. */
export class Unfit extends Error {
  /** Names the variable that the address comes from; the first name stays. */
  of(name: string): Error {
    return this.message.startsWith('DATABASE_') ? this : new Unfit(`${name}: ${this.message}`);
  }
}
