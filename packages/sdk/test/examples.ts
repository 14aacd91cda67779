import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** What the documentation of the package tells people to write. */
export interface Example {
  /** Where it stands, `README.md:31` for example. */
  readonly place: string;
  readonly code: string;
  /** `tsx` for a piece with elements of React in it. */
  readonly language: string;
}

const sdk = fileURLToPath(new URL('..', import.meta.url));

/** Every piece of TypeScript in the README and in the doc comments. */
export async function findExamples(): Promise<Example[]> {
  const sources = await readdir(`${sdk}/src`, { recursive: true });
  const files = sources
    .filter((name) => /\.tsx?$/.test(name) && !name.includes('.test.'))
    .map((name) => `src/${name}`);
  const read = ['README.md', ...files].map(async (file) => {
    const written = await readFile(`${sdk}/${file}`, 'utf8');
    const text = /\.tsx?$/.test(file) ? written.replace(/^ +\* ?/gm, '') : written;
    return [...text.matchAll(/^```(tsx?)\n([^]*?)^```/gm)].map((found) => {
      const { 1: language = '', 2: code = '', index } = found;
      const line = text.slice(0, index).split('\n').length;
      return { place: `${file}:${line}`, code, language };
    });
  });
  return (await Promise.all(read)).flat();
}
