import { readdir, readlink } from 'node:fs/promises';
import { platform } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { codeOf, readIfThere } from './files.ts';
import { processOptions, run } from './place.ts';
import type { Place } from './place.ts';

/** When a process was started, or nothing if it is not alive; a zombie is not. */
export async function startOf(pid: number): Promise<string | undefined> {
  if (platform() !== 'linux') {
    const command = ['-o', 'stat=,lstart=', '-p', String(pid)];
    const { stdout } = await run('ps', command).catch(() => ({ stdout: '' }));
    const [state = '', ...started] = stdout.trim().split(/\s+/);
    return state === '' || state.startsWith('Z') ? undefined : started.join(' ');
  }
  const text = await readIfThere(`/proc/${pid}/stat`);
  // The second field is the command in parentheses and may hold blanks and parentheses itself.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  if (!fields || fields[0] === 'Z' || fields[0] === 'X') {
    return undefined;
  }
  const boot = await readIfThere('/proc/sys/kernel/random/boot_id');
  return `${boot?.trim() ?? ''} ${fields[19] ?? ''}`;
}

/** Every process of a cluster works in the cluster's folder; that follows it when it is moved. */
export async function isPostgresOf(place: Place, pid: number): Promise<boolean> {
  if ((await startOf(pid)) === undefined) {
    return false;
  }
  if (platform() !== 'linux') {
    const command = await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(() => null);
    return command?.stdout.includes(`postgres -D ${place.cluster} `) ?? false;
  }
  const name = await readIfThere(`/proc/${pid}/comm`);
  if (name?.trim() !== 'postgres') {
    return false;
  }
  return (await folderOf(place, pid)) === place.cluster;
}

/** Fast shutdown, then immediate, which leaves recovery to the next start. */
export async function endProcess(pid: number): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    send(pid, signal);
    const deadline = Date.now() + shutdownMillis;
    while (Date.now() < deadline) {
      if ((await startOf(pid)) === undefined) {
        return;
      }
      await delay(20);
    }
  }
}

// The last checkpoint of a fast shutdown writes what is dirty: up to shared_buffers.
const shutdownMillis = 30_000;

// When a postmaster is killed its idle children notice at once, the busy ones only when their
// statement ends; until then a new postmaster refuses the folder. What they do is not committed.
export async function endOrphans(place: Place): Promise<void> {
  if (platform() !== 'linux') {
    return;
  }
  const hurry = Date.now() + 2000;
  const deadline = Date.now() + 10_000;
  for (;;) {
    const orphans = await postgresesOf(place);
    if (orphans.length === 0 || Date.now() > deadline) {
      return;
    }
    for (const pid of orphans) {
      send(pid, Date.now() < hurry ? 'SIGQUIT' : 'SIGKILL');
    }
    await delay(20);
  }
}

async function postgresesOf(place: Place): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const verdicts = await Promise.all(pids.map((pid) => isPostgresOf(place, pid)));
  return pids.filter((_, index) => verdicts[index]);
}

async function folderOf(place: Place, pid: number): Promise<string> {
  const path = `/proc/${pid}/cwd`;
  try {
    return await readlink(path);
  } catch {
    if (!place.runner.user) {
      return '';
    }
    // Root without capabilities, as in most containers, may not look at another user's process.
    const found = await run('readlink', [path], processOptions(place)).catch(() => undefined);
    return found?.stdout.trim() ?? '';
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') {
      throw error;
    }
  }
}
