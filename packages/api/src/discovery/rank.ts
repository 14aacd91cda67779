/*
 * How well a title answers a search. Both are folded: words in lower case with one space between them.
 */

/** Shares of the words of the search, of how much of the title they cover, and of the whole line. */
const weights = { words: 0.8, coverage: 0.12, phrase: 0.08 };

/** Below this a word of the title is another word. */
const leastSimilarity = 0.5;

/** What a search is compared with. */
export interface Candidate {
  /** The title, folded. */
  folded: string;
  /** The year of its release, `1979`. */
  year: string | undefined;
}

/**
 * How well a movie fits, from 0 to 1: 1 when its title is what was asked for.
 *
 * @param asked the search, folded; it may name the year of the release beside the title
 */
export function scoreOf(asked: string, { folded, year }: Candidate): number {
  const likeTitle = scoreOfTitle(asked, folded);
  const words = asked.split(' ');
  const title = words.filter((word) => word !== year).join(' ');
  return title === '' || title === asked
    ? likeTitle
    : Math.max(likeTitle, Math.min(0.99, scoreOfTitle(title, folded)));
}

function scoreOfTitle(asked: string, title: string): number {
  if (asked === title) {
    return 1;
  }
  const words = asked.split(' ');
  const parts = partsOf(title);
  let found = 0;
  let covered = 0;
  for (const word of words) {
    const best = bestOf(word, parts);
    found += best.similarity * word.length;
    covered += best.covered;
  }
  const letters = lengthOf(asked);
  const score =
    weights.words * (found / letters) +
    weights.coverage * Math.min(1, covered / lengthOf(title)) +
    weights.phrase * likeness(asked, title);
  return Math.min(0.99, Math.round(score * 1_000) / 1_000);
}

function lengthOf(folded: string): number {
  return Math.max(1, folded.replaceAll(' ', '').length);
}

/** The words of a title, two neighbours written as one, and all of it as one. */
function partsOf(title: string): string[] {
  const words = title.split(' ');
  const pairs = words.slice(1).map((word, index) => `${words[index] ?? ''}${word}`);
  return [...new Set([...words, ...pairs, words.join('')])];
}

interface Best {
  similarity: number;
  /** How many letters of the title the word stands for. */
  covered: number;
}

function bestOf(word: string, parts: readonly string[]): Best {
  let best: Best = { similarity: 0, covered: 0 };
  for (const part of parts) {
    const similarity = similarityOf(word, part);
    if (similarity > best.similarity) {
      best = { similarity, covered: part.includes(word) ? word.length : part.length };
    }
  }
  return best;
}

/** From 0 to 1. A beginning of a word counts more than a part of it, because people type from its beginning. */
function similarityOf(word: string, part: string): number {
  if (word === part) {
    return 1;
  }
  const share = word.length / part.length;
  if (part.startsWith(word)) {
    return 0.8 + 0.15 * share;
  }
  // What is twice as long has less than half in common.
  const isFar =
    Math.min(word.length, part.length) / Math.max(word.length, part.length) < leastSimilarity;
  const similarity = isFar ? 0 : likeness(word, part);
  const inside = part.includes(word) ? 0.65 + 0.2 * share : 0;
  return Math.max(inside, similarity >= leastSimilarity ? similarity : 0);
}

/** 1 for equal texts, 0 for texts that have nothing in common. */
function likeness(a: string, b: string): number {
  const longest = Math.max(a.length, b.length);
  return longest === 0 ? 1 : 1 - distance(a, b) / longest;
}

/**
 * How many letters are missing, added, replaced, or swapped with their neighbours: the optimal string
 * alignment distance.
 */
export function distance(a: string, b: string): number {
  let twoBefore = new Uint16Array(b.length + 1);
  let before = Uint16Array.from({ length: b.length + 1 }, (_, index) => index);
  let row = new Uint16Array(b.length + 1);
  for (let i = 1; i <= a.length; i += 1) {
    row[0] = i;
    for (let j = 1; j <= b.length; j += 1) {
      const isSame = a[i - 1] === b[j - 1];
      let cost = Math.min(
        (before[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (before[j - 1] ?? 0) + (isSame ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (twoBefore[j - 2] ?? 0) + 1);
      }
      row[j] = cost;
    }
    // The oldest row is written over.
    [twoBefore, before, row] = [before, row, twoBefore];
  }
  return before[b.length] ?? 0;
}
