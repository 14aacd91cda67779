import { readdirSync, readFileSync } from 'node:fs';

/** CPU seconds so far, of each side of a measurement and of the whole machine. */
export interface Cpu {
  server: number;
  postgres: number;
  generator: number;
  machine: number;
}

/** Linux only: zeros elsewhere, and the report leaves them out. */
export function readCpu(serverPid: number): Cpu {
  const used = process.cpuUsage();
  const generator = (used.user + used.system) / 1_000_000;
  try {
    const server = readStat(serverPid)?.seconds ?? 0;
    return { server, generator, postgres: postgresSeconds(), machine: machineSeconds() };
  } catch {
    return { server: 0, generator: 0, postgres: 0, machine: 0 };
  }
}

export function cpuBetween(before: Cpu, after: Cpu): Cpu {
  return {
    server: after.server - before.server,
    postgres: after.postgres - before.postgres,
    generator: after.generator - before.generator,
    machine: after.machine - before.machine,
  };
}

const ticksPerSecond = 100;
let postmaster: number | undefined;

/** The postmaster that this process has started, its backends and those that have ended. */
function postgresSeconds(): number {
  postmaster ??= readdirSync('/proc')
    .map(Number)
    .find((pid) => pid > 0 && isPostmaster(pid));
  if (postmaster === undefined) {
    return 0;
  }
  const children = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8');
  const pids = children
    .split(' ')
    .map(Number)
    .filter((pid) => pid > 0);
  const ended = readStat(postmaster)?.endedChildren ?? 0;
  return [postmaster, ...pids].reduce((sum, pid) => sum + (readStat(pid)?.seconds ?? 0), ended);
}

function isPostmaster(pid: number): boolean {
  const stat = readStat(pid);
  return stat?.parent === process.pid && stat.command.startsWith('postgres');
}

function machineSeconds(): number {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n', 1);
  const [user = 0, nice = 0, system = 0] = line.split(/\s+/).slice(1).map(Number);
  return (user + nice + system) / ticksPerSecond;
}

function readStat(pid: number) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const command = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'));
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11);
    const endedChildren = (endedUser + endedSystem) / ticksPerSecond;
    return { command, parent: fields[1], seconds: (user + system) / ticksPerSecond, endedChildren };
  } catch {
    return undefined;
  }
}
