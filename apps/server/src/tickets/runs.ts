import bidiFactory from 'bidi-js';
import { getScript } from 'unicode-properties';
import type { Span } from './coverage.ts';
import { rightToLeft } from './shaping.ts';

/*
 * A line as it is drawn: PDF knows no direction of writing, and a font shapes one script at a time.
 */

const bidi = bidiFactory();

/** A part of a line that is being collected, in the order in which it is read. */
interface Part extends Span {
  /** Of the Unicode bidirectional algorithm: odd where the part runs from right to left. */
  level: number;
  /** Undefined as long as it has characters of all scripts alone, such as digits. */
  script: string | undefined;
}

/**
 * The parts of a line from left to right, each of one font, one script and one direction. A part that
 * runs from right to left is in the order in which it is read: fonts turn its letters round.
 */
export function runsOf(spans: readonly Span[], direction: 'ltr' | 'rtl'): Span[] {
  return fromLeftToRight(partsOf(spans, direction)).map(({ text, font, level }) => ({
    text: isOdd(level) ? turned(text) : text,
    font,
  }));
}

function partsOf(spans: readonly Span[], direction: 'ltr' | 'rtl'): Part[] {
  const { levels } = bidi.getEmbeddingLevels(spans.map(({ text }) => text).join(''), direction);
  const parts: Part[] = [];
  let place = 0;
  for (const { text, font } of spans) {
    for (const character of text) {
      const script = scriptOf(character);
      const level = levels[place] ?? 0;
      const last = parts.at(-1);
      if (last?.font === font && last.level === level && isOneScript(last.script, script)) {
        last.text += character;
        last.script ??= script;
      } else {
        parts.push({ text: character, font, level, script });
      }
      place += character.length;
    }
  }
  return parts;
}

/** Undefined for characters of all scripts. */
function scriptOf(character: string): string | undefined {
  const script = getScript(character.codePointAt(0) ?? 0);
  return ['Common', 'Inherited', 'Unknown'].includes(script) ? undefined : script;
}

const isOneScript = (one: string | undefined, other: string | undefined) =>
  one === undefined || other === undefined || one === other;

/**
 * Rule L2 of the algorithm (https://www.unicode.org/reports/tr9/#L2): from the highest level down,
 * what is at that level or above it is turned round.
 */
function fromLeftToRight(parts: readonly Part[]): Part[] {
  const line = [...parts];
  for (let level = Math.max(0, ...line.map((part) => part.level)); level > 0; level -= 1) {
    let start = 0;
    while (start < line.length) {
      let end = start;
      while ((line[end]?.level ?? -1) >= level) {
        end += 1;
      }
      line.splice(start, end - start, ...line.slice(start, end).toReversed());
      start = end + 1;
    }
  }
  return line;
}

const isOdd = (level: number) => level % 2 === 1;

/** With its brackets the other way round; where no font turns the characters, they are turned here. */
function turned(text: string): string {
  const mirrored = Array.from(text, (one) => bidi.getMirroredCharacter(one) ?? one);
  return (rightToLeft.test(text) ? mirrored : mirrored.toReversed()).join('');
}
