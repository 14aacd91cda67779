import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

/*
 * Loaded into a server before everything else (`node --import`): replaces pieces of the sources as
 * they are loaded, so that a server without a bound can be attacked. The product needs no switch for
 * it. `WITHOUT` has the replacements as JSON.
 */

/** A piece of a file that is replaced; the path ends with `file`. */
export interface Replacement {
  file: string;
  from: string;
  to: string;
}

const replacements = JSON.parse(process.env.WITHOUT ?? '[]') as Replacement[];

registerHooks({
  load(url, context, nextLoad) {
    const own = replacements.filter(({ file }) => url.endsWith(`/${file}`));
    if (own.length === 0) {
      return nextLoad(url, context);
    }
    const source = own.reduce(replace, readFileSync(fileURLToPath(url), 'utf8'));
    return { format: 'module-typescript', source, shortCircuit: true };
  },
});

/** @throws Error if the piece is not there: a bound that has moved must be noticed */
function replace(source: string, { file, from, to }: Replacement): string {
  if (!source.includes(from)) {
    throw new Error(`The bound is not where it was expected in ${file}`);
  }
  return source.replace(from, () => to);
}
