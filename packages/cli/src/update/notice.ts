import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import manifest from '../../package.json' with { type: 'json' };
import { plain } from '../output/text.ts';
import { paintOf } from '../terminal.ts';
import type { Terminal } from '../terminal.ts';
import { readState, updateFile, updateState } from './state.ts';
import { isNewer } from './versions.ts';

const dayMs = 86_400_000;

export interface NoticeOptions {
  now: number;
  file: string;
  /** Asks the registry in the background, and stores the response in the file. */
  startCheck: (file: string) => void;
}

/**
 * Says at most once a day that a newer version exists, and asks the registry at most once a day. It
 * does not wait for the registry: the response is for a later command. Its own failures are ignored.
 */
export function noticeUpdate(terminal: Terminal, options: Partial<NoticeOptions> = {}): void {
  const { now = Date.now(), file = updateFile(), startCheck = startCheckProcess } = options;
  try {
    const state = readState(file);
    if (isDue(state.checkedAt, now)) {
      // Stored first, so that a registry that fails is not asked again by every command.
      updateState(file, { checkedAt: now });
      startCheck(file);
    }
    const { latest } = state;
    if (latest !== undefined && isNewer(latest, manifest.version) && isDue(state.shownAt, now)) {
      updateState(file, { shownAt: now });
      const text = `matinee ${latest} is available; this is ${manifest.version}. Update with \`npm install --global ${manifest.name}\`.`;
      terminal.talk.write(`${paintOf(terminal, 'talk').dim(plain(text))}\n`);
    }
  } catch {
    // A folder that cannot be written must not break the command.
  }
}

/**
 * Whether a notice may appear: at a terminal, outside CI, and for an installed package. A clone of
 * the repository is not updated with npm.
 */
export function mayNotice({ env, output, talk }: Terminal, program: string): boolean {
  const isOff = [env['MATINEE_NO_UPDATE_NOTICE'], env['NO_UPDATE_NOTIFIER'], env['CI']].some(
    Boolean,
  );
  const isInstalled = /[\\/]node_modules[\\/]@matinee[\\/]cli[\\/]/.test(program);
  return !isOff && isInstalled && Boolean(output.isTTY && talk.isTTY);
}

function isDue(at: number | undefined, now: number): boolean {
  // A clock that was ahead must not silence the notice for long.
  return at === undefined || Math.abs(now - at) >= dayMs;
}

function startCheckProcess(file: string): void {
  const program = fileURLToPath(new URL('./update-check.js', import.meta.url));
  const child = spawn(process.execPath, [program, file], { detached: true, stdio: 'ignore' });
  child.on('error', () => {});
  child.unref();
}
