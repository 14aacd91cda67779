import type { Command } from 'commander';
import { asJson, examples, runs } from '../command.ts';
import type { GateFlags } from '../gate/run-gate.ts';
import type { Terminal } from '../terminal.ts';

const wordsHelp = `
A scanner types codes; people type a reference and a seat: K7Q2M9XD A12. Other
lines are \`entry\` and \`exit\`, \`undo\`, \`find TEXT\`, \`sync\`, \`help\` and \`quit\`.
While the server does not respond, this device judges by the list that it has
loaded, and uploads its scans later. --json prints a line for each scan.

Exit codes: 0 if every scan was admitted, 5 if one was not, or two people went
in with one ticket, 7 if scans still wait for their upload.`;

export function addGate(program: Command, terminal: Terminal): void {
  const gate = program.command('gate').argument('<showtime>', 'id, or the end of the id');
  asJson(gate.description('check tickets at the door of a show'))
    .option('--gate <name>', 'name of the door, such as East')
    .option('--device <name>', 'name of this scanner; default: that of the machine')
    .option('--exit', 'let people out at first')
    .addHelpText('after', wordsHelp);
  examples(gate, [
    'matinee gate ID',
    'matinee gate ID --gate East --device east-1',
    'matinee gate ID --json < codes.txt',
  ]);
  runs<GateFlags>(gate, terminal, async (session, flags, operands) => {
    const { runGate } = await import('../gate/run-gate.ts');
    await runGate(session, flags, operands);
  });
}
