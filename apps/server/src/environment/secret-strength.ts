/*
 * Why a secret could be guessed. No reason shows it.
 */

/** Secrets that are printed in examples, without what separates their words. */
const publicSecrets = [
  'changemetoatleast32randombytes',
  'yoursecretkeychangeinproduction',
  'your256bitsecret',
  'astringsecretatleast256bitslong',
  'yoursupersecretjwtkey',
];

/**
 * Random bytes have more different ones: 32 hexadecimal digits have ten or more almost always, and 16 of
 * them five.
 */
const leastDifferentBytes = (length: number) => Math.min(10, length / 3);

/** Rows of letters and digits, as alphabets and keyboards have them, in both directions. */
const rows = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890123456789',
  'qwertyuiopasdfghjklzxcvbnm',
].flatMap((row) => [row, row.split('').toReversed().join('')]);
/** Letters of a row that stand behind one another by chance, at most. */
const shortestRun = 4;
/** The share of a secret that may be made of rows. */
const mostRuns = 0.75;

/**
 * The reasons, and whether each applies.
 *
 * @param urls of this installation, by their variables: a secret is not part of one, nor the other way
 */
export function weaknessesOf(
  secret: string,
  urls: Readonly<Record<string, string | undefined>>,
): Record<string, boolean> {
  const ofUrls = Object.entries(urls).map(([name, url]): [string, boolean] => {
    const isPart = url !== undefined && (url.includes(secret) || secret.includes(url));
    return [`must not be part of ${name}, or contain it`, isPart];
  });
  return {
    'contains the value of an example; make one of your own': isPublic(secret),
    ...Object.fromEntries(ofUrls),
    'is too easy to guess; make one with: openssl rand -base64 48': isEasy(Buffer.from(secret)),
  };
}

/** Whether bytes are too few different ones, a shorter text over and over, or rows of a keyboard. */
export function isEasy(bytes: Buffer): boolean {
  const text = bytes.toString('latin1');
  return (
    new Set(bytes).size < leastDifferentBytes(bytes.length) ||
    isRepetition(text) ||
    isMadeOfRuns(text.toLowerCase())
  );
}

function isPublic(secret: string): boolean {
  const plain = secret.toLowerCase().replace(/[^a-z\d]/g, '');
  return publicSecrets.some((each) => plain.includes(each));
}

/** Whether a text is a shorter one, over and over, or has one three times in a row. */
function isRepetition(text: string): boolean {
  const longest = Math.floor(text.length / 2);
  const isWhole = Array.from({ length: longest }, (_, index) => text.slice(0, index + 1)).some(
    (unit) => unit.repeat(Math.ceil(text.length / unit.length)).slice(0, text.length) === text,
  );
  return isWhole || /(.{3,})\1\1/s.test(text);
}

function isMadeOfRuns(text: string): boolean {
  let covered = 0;
  for (let at = 0; at < text.length;) {
    let length = 1;
    while (at + length < text.length && isRun(text.slice(at, at + length + 1))) {
      length += 1;
    }
    covered += length >= shortestRun ? length : 0;
    at += length;
  }
  return covered >= text.length * mostRuns;
}

const isRun = (text: string) => rows.some((row) => row.includes(text));
