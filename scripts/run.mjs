// @ts-check
// node scripts/run.mjs ENTRY [args]: `npm run create-admin`, `npm run backup` and the like.
import { launch } from './launch.mjs';

const [entry, ...args] = process.argv.slice(2);
if (entry) {
  await launch(entry, args);
} else {
  console.error('Usage: node scripts/run.mjs ENTRY [args]');
  process.exitCode = 2;
}
