import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import manifest from '../../package.json' with { type: 'json' };
import { updateState } from './state.ts';

/*
 * A process of its own, which asks the registry while the command goes on or ends. npm asks, because it
 * knows the registry, the proxy and the certificates that its user has configured.
 */

/** How long npm may take. */
const patienceMs = 30_000;

const [, , file] = process.argv;
const { stdout } = await promisify(execFile)('npm', ['view', manifest.name, 'version', '--json'], {
  timeout: patienceMs,
  // Windows starts scripts such as npm through its shell only; nothing of a user is in the command.
  shell: process.platform === 'win32',
  env: { ...process.env, npm_config_update_notifier: 'false' },
});
const version: unknown = JSON.parse(stdout);
if (file !== undefined && typeof version === 'string') {
  updateState(file, { latest: version });
}
