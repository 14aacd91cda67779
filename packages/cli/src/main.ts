import { watchInterrupts } from './interrupt.ts';
import { run } from './run.ts';
import { processTerminal } from './terminal.ts';
import { mayNotice, noticeUpdate } from './update/notice.ts';

// `matinee movies list | head -1`: a reader that closes the pipe is not a failure.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') {
      throw error;
    }
    process.exit();
  });
}

watchInterrupts();
// `process.exit` would discard output that a pipe has not taken yet.
const terminal = processTerminal();
process.exitCode = await run(process.argv.slice(2), terminal);
if (mayNotice(terminal, import.meta.url)) {
  noticeUpdate(terminal);
}
