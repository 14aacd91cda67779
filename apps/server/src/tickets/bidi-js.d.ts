/** What is used of it; the package has no types. */
declare module 'bidi-js' {
  interface Levels {
    /** One for each unit of the text: odd where it runs from right to left. */
    levels: Uint8Array;
  }

  interface Bidi {
    getEmbeddingLevels(text: string, direction: 'ltr' | 'rtl'): Levels;
    getMirroredCharacter(character: string): string | null;
  }

  const bidiFactory: () => Bidi;
  export = bidiFactory;
}
