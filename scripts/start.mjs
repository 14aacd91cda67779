// @ts-check
import { launch } from './launch.mjs';

await launch('main', process.argv.slice(2));
