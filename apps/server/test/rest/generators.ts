import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Output } from '../run.ts';
import { programOf, runTool } from './tool.ts';

/*
 * Other people's generators, and the package that has them: they need an older TypeScript and an
 * older zod than the product.
 */
const home = fileURLToPath(new URL('../generators/', import.meta.url));
const manifest = path.join(home, 'package.json');
/** Most programs are compiled by a TypeScript of version 5; version 7 needs a third of the time. */
const compilers = {
  5: programOf('typescript', 'lib/tsc.js', manifest),
  7: programOf('typescript', 'bin/tsc'),
};

/** How a generator is run: its program, and the arguments for a document and a place for the client. */
interface Generator {
  program: string;
  args(document: string, generated: string): string[];
  /** The generated file that names the operations. */
  source: string;
}

const generators = {
  'hey-api': {
    program: path.join(home, 'node_modules/@hey-api/openapi-ts/dist/run.mjs'),
    args: (document, generated) => ['-i', document, '-o', `${generated}/hey-api`, '--no-log-file'],
    source: 'hey-api/sdk.gen.ts',
  },
  'openapi-typescript': {
    program: path.join(home, 'node_modules/openapi-typescript/bin/cli.js'),
    args: (document, generated) => [document, '-o', `${generated}/openapi-typescript.ts`],
    source: 'openapi-typescript.ts',
  },
  'openapi-zod-client': {
    program: path.join(home, 'node_modules/openapi-zod-client/bin.js'),
    args: (document, generated) => [document, '-o', `${generated}/openapi-zod-client.ts`],
    source: 'openapi-zod-client.ts',
  },
  orval: {
    program: path.join(home, 'node_modules/orval/dist/bin/orval.mjs'),
    args: (_document, generated) => ['--config', `${generated}/../orval.config.mjs`],
    source: 'orval.ts',
  },
  'swagger-typescript-api': {
    program: path.join(home, 'node_modules/swagger-typescript-api/dist/cli.mjs'),
    args: (document, generated) => [
      'generate',
      ...['-p', document, '-o', generated, '-n', 'swagger-typescript-api.ts'],
      '--disable-throw-on-error',
    ],
    source: 'swagger-typescript-api.ts',
  },
} as const satisfies Record<string, Generator>;

export type GeneratorName = keyof typeof generators;

export const generatorNames = Object.keys(generators) as GeneratorName[];

/** What orval is told: its client calls a function of ours, which knows the address of the server. */
const orvalConfig = (document: string) => ({
  matinee: {
    input: document,
    output: {
      target: './generated/orval.ts',
      client: 'fetch',
      override: {
        mutator: { path: './orval-fetch.ts', name: 'orvalFetch', extension: '.js' },
      },
    },
  },
});

/** A folder with a program for each generator, and with clients that were generated from one document. */
export class Workshop {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Copies the programs into a new folder of the package, where they find its dependencies. */
  static async open(document: object): Promise<Workshop> {
    const folder = await mkdtemp(path.join(home, '.client-'));
    const sources = (await readdir(home)).filter((name) => name.endsWith('.ts'));
    await Promise.all(sources.map((name) => cp(path.join(home, name), path.join(folder, name))));
    await mkdir(path.join(folder, 'generated'));
    const file = path.join(folder, 'openapi.json');
    const config = `export default ${JSON.stringify(orvalConfig(file))};\n`;
    await writeFile(file, JSON.stringify(document));
    await writeFile(path.join(folder, 'orval.config.mjs'), config);
    await writeFile(path.join(folder, 'package.json'), '{ "type": "module" }');
    return new Workshop(folder);
  }

  close(): Promise<void> {
    return rm(this.#folder, { recursive: true, force: true });
  }

  /** Generates a client. @throws Error with the output of the generator if it fails */
  async generate(name: GeneratorName): Promise<void> {
    const { program, args } = generators[name];
    const [document, generated] = ['openapi.json', 'generated'].map((part) =>
      path.join(this.#folder, part),
    );
    const result = await runTool(program, args(document ?? '', generated ?? ''), this.#folder);
    if (result.code !== 0) {
      throw new Error(`${name} ends with ${result.code}: ${result.out}${result.err}`);
    }
  }

  sourceOf(name: GeneratorName): Promise<string> {
    return readFile(path.join(this.#folder, 'generated', generators[name].source), 'utf8');
  }

  /** Compiles the programs of these generators with their clients. @returns what TypeScript says */
  async compile(names: readonly GeneratorName[], version: 5 | 7): Promise<string[]> {
    const project = {
      extends: '../tsconfig.json',
      compilerOptions: { outDir: 'out' },
      include: names.map((name) => `${name}.ts`),
    };
    await writeFile(path.join(this.#folder, 'tsconfig.json'), JSON.stringify(project));
    const { out } = await runTool(
      compilers[version],
      ['-p', '.', '--pretty', 'false'],
      this.#folder,
    );
    return out.split('\n').filter((line) => line !== '');
  }

  /** Loads the client of `openapi-zod-client`, which builds its schemas then. @returns its last words */
  async loadZodClient(): Promise<string> {
    const { source } = generators['openapi-zod-client'];
    const { err } = await runTool(path.join(this.#folder, 'generated', source), []);
    return err;
  }

  /** Books a show of this title with the compiled program of a generator. @returns what it prints */
  async book(name: GeneratorName, serverUrl: string, title: string): Promise<Output> {
    const main = path.join(this.#folder, `out/main-${name}.mjs`);
    const lines = [
      `import { customer } from './${name}.js';`,
      `import { book } from './story.js';`,
      `const [, , baseUrl, title] = process.argv;`,
      `const customers = [customer(baseUrl), customer(baseUrl)];`,
      `console.log(JSON.stringify(await book(title, customers)));`,
    ];
    await writeFile(main, lines.join('\n'));
    return runTool(main, [`${serverUrl}/api/v1`, title]);
  }
}
