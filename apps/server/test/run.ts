import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** What a program came to. */
export interface Output {
  code: number | null;
  out: string;
  err: string;
}

/** Runs a program to its end, without a terminal; it sees of the environment what it is given. */
export async function run(
  file: string,
  args: readonly string[],
  { env, cwd }: { env: NodeJS.ProcessEnv; cwd?: string | undefined },
): Promise<Output> {
  const child = spawn(file, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, out, err };
}
