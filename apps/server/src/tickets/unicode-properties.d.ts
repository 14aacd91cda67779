/** What is used of it; the package has no types. */
declare module 'unicode-properties' {
  /** The name of a character's script, such as `Latin`, `Common` or `Inherited`. */
  export function getScript(codePoint: number): string;
}
