import manifest from '../../package.json' with { type: 'json' };
import { updateState } from './state.ts';

/* A process of its own, which asks the registry while the command goes on or ends. */

const usualRegistry = 'https://registry.npmjs.org';

/** How long the registry may take to respond. */
const patienceMs = 10_000;

const registry = (process.env['npm_config_registry'] || usualRegistry).replace(/\/+$/, '');
const [, , file] = process.argv;
const response = await fetch(`${registry}/${manifest.name.replace('/', '%2f')}/latest`, {
  signal: AbortSignal.timeout(patienceMs),
});
const { version } = (await response.json()) as { version?: unknown };
if (file !== undefined && response.ok && typeof version === 'string') {
  updateState(file, { latest: version });
}
