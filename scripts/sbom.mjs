// @ts-check
// `npm run sbom [-- FILE]`: the packages that a server and the command `matinee` run, as CycloneDX.
// Of packages with native code, only those for this machine are installed, and so listed.
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { endAs } from './launch.mjs';
import { runPnpm, setup } from './setup.mjs';

await endAs(async () => {
  const file = resolve(process.argv[2] ?? 'matinee.cdx.json');
  await setup({ needsBuild: false });
  await mkdir(dirname(file), { recursive: true });
  // The root has the command, and Node itself.
  const packages = ['--filter=matinee', '--filter=@matinee/server'];
  const form = ['--sbom-format=cyclonedx', '--sbom-spec-version=1.6', '--sbom-type=application'];
  await runPnpm('Listing the packages', [...packages, 'sbom', '--prod', ...form, `--out=${file}`]);
  console.error(`Wrote ${file}.`);
  return 0;
});
