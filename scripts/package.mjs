// @ts-check
// `npm run package [-- DIR]`: Matinee as one folder, and an archive of it, that runs with Node alone.
import { createHash } from 'node:crypto';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { endAs } from './launch.mjs';
import { copyPackages, copyProgram } from './package-contents.mjs';
import { root, runPnpm, setup } from './setup.mjs';

/** The built code uses `import.meta.main`, which came with 24.2, and `AsyncDisposableStack`, from 24.0. */
const leastNode = '>=24.2.0';

await endAs(async () => {
  const folder = resolve(process.env.INIT_CWD ?? '.', process.argv[2] ?? join(root, 'package'));
  await setup();
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const name = `matinee-${version}`;
  const target = join(folder, name);
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  await copyWorkspace(target);
  await copyTexts(target);
  await writeManifest(target, version);
  const archive = join(folder, `${name}.tar.gz`);
  await pack(folder, { name, archive });
  const bytes = await readFile(archive);
  const sum = createHash('sha256').update(bytes).digest('hex');
  await writeFile(`${archive}.sha256`, `${sum}  ${name}.tar.gz\n`);
  console.error(`Wrote ${relative('.', archive)} (${(bytes.length / 1e6).toFixed(1)} MB).`);
  return 0;
});

/**
 * The server and the command, each with the packages that it runs.
 * @param {string} target
 */
async function copyWorkspace(target) {
  const stage = await mkdtemp(join(tmpdir(), 'matinee-package-'));
  try {
    const server = await deployed('@matinee/server', join(stage, 'server'));
    await copyProgram(server, join(target, 'apps', 'server'), ['dist', 'pages', 'fonts']);
    await copyPackages(server, target);
    const cli = await deployed('@matinee/cli', join(stage, 'cli'));
    const command = join(target, 'packages', 'cli');
    await copyProgram(cli, command, ['bin', 'dist', 'LICENSE', 'README.md']);
    await copyPackages(cli, command);
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

/**
 * A package of the workspace with its production dependencies, as pnpm lays it out without links.
 * @param {string} name
 * @param {string} folder
 */
async function deployed(name, folder) {
  const layout = ['--config.node-linker=hoisted', '--config.inject-workspace-packages=true'];
  const args = [`--filter=${name}`, 'deploy', '--prod', '--prefer-offline', ...layout, folder];
  await runPnpm(`Collecting the packages of ${name}`, args);
  return folder;
}

/**
 * The texts for people, among them the guides that the server shows, and the files that start programs.
 * @param {string} target
 */
async function copyTexts(target) {
  const invariants = join('packages', 'api', 'src', 'db', 'invariants.sql');
  for (const file of ['LICENSE', 'CHANGELOG.md', '.env.example', invariants]) {
    await cp(join(root, file), join(target, file));
  }
  const deploy = join(root, 'deploy');
  const entries = join(deploy, 'package');
  await cp(entries, target, { recursive: true });
  await cp(deploy, join(target, 'deploy'), {
    recursive: true,
    filter: (source) => source !== entries && !/(^|[/\\])secrets$/.test(source),
  });
  await chmod(join(target, 'matinee.js'), 0o755);
  const docs = join(root, 'docs');
  await cp(docs, join(target, 'docs'), {
    recursive: true,
    filter: (source) => source === docs || /^[^/\\]+\.(md|py)$/.test(relative(docs, source)),
  });
}

/**
 * @param {string} target
 * @param {string} version
 */
async function writeManifest(target, version) {
  const manifest = {
    name: 'matinee',
    version,
    private: true,
    description: 'Matinee, built for production. README.md says how to start it.',
    license: 'MIT',
    engines: { node: leastNode },
    os: [process.platform],
    cpu: [process.arch],
    bin: { matinee: './matinee.js' },
    scripts: {
      start: 'exec node --max-semi-space-size=16 server.js',
      'create-admin': 'exec node create-admin.js',
      backup: 'exec node backup.js',
      restore: 'exec node restore.js',
    },
  };
  await writeFile(join(target, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

/**
 * The archive depends on the content only: equal files make equal bytes.
 * @param {string} folder
 * @param {{ name: string, archive: string }} what
 */
async function pack(folder, { name, archive }) {
  // After the setup, which installs it.
  const { create } = await import('tar');
  const entries = await readdir(join(folder, name), { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  const form = { gzip: { level: 9 }, portable: true, mtime: new Date(Date.UTC(2000, 0, 1)) };
  await create({ cwd: folder, file: archive, ...form }, files.toSorted());
}
