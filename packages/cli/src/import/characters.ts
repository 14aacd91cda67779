/*
 * Characters that a person cannot see: controls, and those that Unicode calls default ignorable.
 * Two texts that differ in them look the same, and some of them reorder a line or drive a terminal.
 */

/** Letters and marks of the scripts in which a joiner changes the shape of its neighbours. */
const joined =
  String.raw`[[\p{L}\p{M}]--[\p{scx=Latin}\p{scx=Greek}\p{scx=Cyrillic}\p{scx=Hebrew}` +
  String.raw`\p{scx=Han}\p{scx=Hangul}\p{scx=Hira}\p{scx=Kana}\p{scx=Inherited}]--\p{DI}]`;

/** What joins with a picture: other pictures, their colours and their presentation. */
const picture = String.raw`[\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F]`;

/** Invisible characters where a script or a picture needs them: behind what they change. */
const needed = new RegExp(
  [
    String.raw`(?<=${joined})[\u200C\u200D](?=${joined})`,
    // The old spelling of the Malayalam chillus ends a word with a joiner.
    String.raw`(?<=\p{sc=Malayalam})\u200D`,
    String.raw`(?<=${picture})\u200D(?=${picture})`,
    String.raw`(?<=\p{Emoji})[\uFE0E\uFE0F]`,
    String.raw`(?<=[\p{sc=Han}\p{sc=Myanmar}])[\uFE00-\uFE02\u{E0100}-\u{E01EF}]`,
    String.raw`(?<=\p{sc=Mongolian})[\u180B-\u180F]`,
  ].join('|'),
  'gv',
);

/** Controls, invisible characters, the separators of lines, and marks of annotations. */
const unseen = /[\p{Cc}\p{Default_Ignorable_Code_Point}\u2028\u2029\uFFF9-\uFFFB]/u;

/** Whether a line has characters that cannot be seen, other than those that its script needs. */
export function hasUnseen(line: string): boolean {
  return unseen.test(line) && unseen.test(line.replace(needed, ''));
}

/** The same for a text of several lines, which may have tabs and line breaks. */
export function hasUnseenBesideBreaks(lines: string): boolean {
  return hasUnseen(lines.replace(/[\t\n\r]/g, ' '));
}
