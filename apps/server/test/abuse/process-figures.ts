import { readFileSync } from 'node:fs';

/* What a process uses, from the outside. Linux only; NaN elsewhere. */

const ticksPerSecond = 100;
const mib = 1_024;

/** Resident memory now, in MiB. */
export function residentMib(pid: number): number {
  const [, kib] = /VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`)) ?? [];
  return Number(kib) / mib;
}

/** CPU seconds so far, user and system. */
export function cpuSeconds(pid: number): number {
  const stat = read(`/proc/${pid}/stat`);
  // The name of the program is in parentheses and may contain blanks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** CPU seconds of all processes of the machine so far. */
export function machineCpuSeconds(): number {
  const [line = ''] = read('/proc/stat').split('\n', 1);
  const [user, nice, system] = line.split(/\s+/).slice(1).map(Number);
  return (Number(user) + Number(nice) + Number(system)) / ticksPerSecond;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
