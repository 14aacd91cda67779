import { watchInterrupts } from './interrupt.ts';
import { run } from './run.ts';
import { processTerminal } from './terminal.ts';

// `matinee movies list | head -1`: whoever read has enough, which is no failure.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') {
      throw error;
    }
    process.exit();
  });
}

watchInterrupts();
// The code is left for the end, so that a pipe gets all of what was written.
process.exitCode = await run(process.argv.slice(2), processTerminal());
