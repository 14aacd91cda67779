import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** What the documentation of the package tells people to write. */
export interface Example {
  /** Where it stands, `README.md:31` for example. */
  readonly place: string;
  readonly code: string;
}

const sdk = fileURLToPath(new URL('..', import.meta.url));

/** Every piece of TypeScript in the README and in the doc comments. */
export async function findExamples(): Promise<Example[]> {
  const sources = await readdir(`${sdk}/src`);
  const files = sources.filter((name) => !name.includes('.test.')).map((name) => `src/${name}`);
  const found = ['README.md', ...files].map(async (file) => {
    const written = await readFile(`${sdk}/${file}`, 'utf8');
    const text = file.endsWith('.ts') ? written.replace(/^ +\* ?/gm, '') : written;
    return [...text.matchAll(/^```ts\n([^]*?)^```/gm)].map(({ 1: code = '', index }) => {
      const line = text.slice(0, index).split('\n').length;
      return { place: `${file}:${line}`, code };
    });
  });
  return (await Promise.all(found)).flat();
}
