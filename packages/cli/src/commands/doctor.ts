import type { Command } from 'commander';
import { asJson, examples, runs } from '../command.ts';
import type { Check } from '../doctor/check.ts';
import { endsWith, exitCodes } from '../failure.ts';
import type { Paint } from '../output/paint.ts';
import { pad, plain } from '../output/text.ts';
import type { Format, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';

export function addDoctor(program: Command, terminal: Terminal): void {
  const doctor = program.command('doctor').description('check the server and suggest repairs');
  examples(asJson(doctor), ['matinee doctor', 'matinee doctor --url https://tickets.example.com']);
  runs<Format>(doctor, terminal, examine);
}

async function examine(session: Session, format: Format): Promise<void> {
  const { runChecks } = await import('../doctor/run-checks.ts');
  const checks = await runChecks(session);
  const isWell = checks.every(({ state }) => state !== 'failed');
  session.print(format, { ok: isWell, checks }, () =>
    checks.map((check) => showCheck(check, session.paint)).join('\n'),
  );
  if (!isWell) {
    const isReached = checks[0]?.state !== 'failed';
    throw endsWith(isReached ? exitCodes.error : exitCodes.unreachable);
  }
}

const nameWidth = 10;

function showCheck({ name, state, found, advice }: Check, paint: Paint): string {
  const signs = {
    ok: paint.green('✓'),
    warning: paint.yellow('!'),
    failed: paint.red('✗'),
    skipped: paint.dim('–'),
  };
  const line = `${signs[state]} ${pad(name, nameWidth)} ${plain(found)}`;
  return advice ? `${line}\n${' '.repeat(nameWidth + 3)}${paint.dim(`→ ${advice}`)}` : line;
}
