import { spawnSync } from 'node:child_process';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { fakeTerminal } from '../test/fake-terminal.ts';
import { useOwnConfig } from '../test/own-config.ts';
import { runFake } from '../test/run-fake.ts';
import { buildProgram } from './program.ts';

useOwnConfig();

function leaves(command: Command, path: string[] = []): string[][] {
  return command.commands.length === 0
    ? [path]
    : command.commands.flatMap((each) => leaves(each, [...path, each.name()]));
}

const commands = leaves(buildProgram(fakeTerminal()));

describe('every command', () => {
  test.each(commands.map((path) => [path.join(' ')]))(
    '%s has help with an example',
    async (path) => {
      const { exitCode, data, said } = await runFake(`${path} --help`);
      expect(exitCode).toBe(0);
      expect(said).toBe('');
      expect(data).toMatch(new RegExp(`Examples?:\\n  \\$ matinee ${path}`));
      for (const flag of '--url --token --profile --no-input --no-pager --yes --version'.split(
        ' ',
      )) {
        expect(data).toContain(flag);
      }
    },
  );

  test('of the contract exists', () => {
    const names = commands.map((path) => path.join(' '));
    const group = (name: string, verbs: string) =>
      verbs.split('|').map((verb) => `${name} ${verb}`);
    expect(names).toEqual(
      expect.arrayContaining([
        ...'login|logout|whoami|register|verify-email|book|completion|audit|doctor|api|help|gate|ticket-keys'.split(
          '|',
        ),
        ...group('movies', 'list|get|create|update|delete|poster|import'),
        ...group('theaters', 'list|get|create|update|delete'),
        ...group('showtimes', 'list|get|create|update|delete|cancel|seats'),
        ...group('reports', 'capacity|revenue|popular-movies|occupancy|payments'),
        ...group('users', 'list|promote|demote|disable|enable|reset-password|reset-second-factor'),
        ...group('password', 'forgot|reset|change'),
        ...group('account', 'export|delete'),
        ...group('sessions', 'list|revoke'),
        ...group('second-factor', 'setup|remove'),
        ...group('notifications', 'get|update|phone'),
        ...group('reservations', 'list|get|cancel|tickets|reissue'),
        ...group('check-ins', 'list|find|undo'),
        ...group('outbox', 'list|retry|drop'),
        ...group(
          'webhooks',
          'list|get|create|update|delete|test|rotate-secret|deliveries|replay|listen',
        ),
        ...group('sites', 'list|get|update'),
        ...group('ticket-types', 'list|create|update|delete'),
        ...group('price-lists', 'list|get|create|update|delete'),
        ...group('desk', 'sell|shift|open|close|pay-out'),
        ...group('payments', 'list|get|sync|refund'),
        ...group('incidents', 'list|resolve'),
      ]),
    );
  });
});

describe('arguments', () => {
  test.each([
    ['movis', 'Did you mean movies?'],
    ['movies lst', 'Did you mean list?'],
    ['movies list --gener x', 'Did you mean --genre?'],
    ['movies get', "missing required argument 'movie'"],
    ['movies get a b', 'too many arguments'],
    ['movies list --limit 0', 'It must be at least 1.'],
    ['movies list --limit x', 'It must be a whole number.'],
    ['movies list --json --csv', 'cannot be used with'],
    ['movies create --title Heat', 'Missing: --genre, --duration-minutes.'],
    ['movies create --title A --genre B --duration-minutes long', 'It must be a whole number.'],
    ['movies create --data {', '--data is not valid JSON'],
    ['movies create --data []', '--data must be one JSON object.'],
    ['movies create --data @nowhere.json', 'no such file'],
    ['theaters create --rows nonsense', 'It must be JSON'],
    ['movies update ID', 'There is nothing to change.'],
    ['movies update ID --clear title', '"title" cannot be cleared.'],
    ['movies update ID --clear description --description x', 'both set and cleared'],
    ['movies import nowhere.json', 'There is no file'],
    ['movies import . --map nonsense', '--map cannot use "nonsense".'],
    ['movies poster ID nowhere.png', 'Cannot read "nowhere.png".'],
    ['reservations list --status confirmed', '--status needs --all.'],
    ['reservations list --all --when past', '--when cannot be combined with --all.'],
    ['showtimes cancel ID', 'Missing: --reason.'],
    ['showtimes create --dry-run', '--dry-run needs a run of shows.'],
    ['completion powershell', 'Allowed choices are bash, zsh, fish'],
    ['book', 'Run it at a terminal'],
    ['help moveis', 'There is no command "moveis".'],
    ['help movies make', 'There is no command "make" in movies.'],
    ['movies list --csv --jq .', 'cannot be used with'],
    ['movies create --title A --jq [', '--jq "[" failed: syntax error'],
    ['api FETCH /movies', '"FETCH" is not a method.'],
    ['api GET http://127.0.0.1:9/movies', 'The path must not contain a server.'],
    ['api GET /movies --data {}', 'GET has no --data.'],
    ['api POST /movies --paginate', '--paginate needs the method GET.'],
    ['price-lists create --name A', 'Missing: --price.'],
    ['price-lists create --price adult', 'It must be TYPE:SEAT=AMOUNT'],
    ['price-lists create --price adult:box=1', 'It must be TYPE:SEAT=AMOUNT'],
    ['price-lists update ID --remove-price adult:box', 'It must be TYPE or TYPE:SEAT'],
    ['price-lists update ID', 'There is nothing to change.'],
    ['ticket-types update ID --clear code', '"code" cannot be cleared.'],
    ['outbox retry', 'Missing: the ids of deliveries.'],
    ['outbox retry ID --dead', '--dead cannot be combined with ids.'],
    ['desk sell ID', 'Missing: --seat, --tender.'],
    ['desk sell ID --seat A1 --tender cheque', 'Allowed choices are cash, card_terminal'],
    ['desk sell ID --seat A1 --ticket child', 'It must be TYPE=NUMBER'],
    ['desk sell ID --user ada --name Ada', '--user cannot be combined with --name or --email.'],
    ['desk close --cash 1', 'Missing: --card-terminal.'],
    ['payments refund ID 5.00', "required option '--reason <text>' not specified"],
    ['payments refund ID --reason x', "missing required argument 'amount'"],
    ['incidents resolve ID', "missing required argument 'resolution'"],
    ['outbox drop', "missing required argument 'delivery'"],
    ['login', 'Missing: --email.'],
    ['login --email ada@example.com', 'Missing: MATINEE_PASSWORD.'],
    ['login --password secret', 'unknown option'],
    ['whoami --url nonsense', 'is not a server address'],
  ])('%s is refused with a reason', async (line, reason) => {
    const { exitCode, data, said } = await runFake(line);
    expect(said).toContain(reason);
    expect(exitCode).toBe(2);
    expect(data).toBe('');
  });

  test.each(['movies delete ID', 'showtimes delete ID', 'theaters delete ID', 'users disable ID'])(
    '%s destroys nothing without a confirmation',
    async (line) => {
      for (const flags of ['', ' --no-input']) {
        const { exitCode, said } = await runFake(line + flags);
        expect(exitCode).toBe(2);
        expect(said).toContain('--yes');
      }
    },
  );

  test('of help name a group or a command of it', async () => {
    for (const [line, path] of [
      ['help', ''],
      ['help movies', ' movies'],
      ['help movies create', ' movies create'],
    ]) {
      const { exitCode, data } = await runFake(line ?? '');
      expect(exitCode).toBe(0);
      expect(data).toMatch(new RegExp(`^Usage: matinee${path} \\[options\\]`));
    }
  });

  test('of a group show its commands before the options of all commands', async () => {
    const { data } = await runFake('movies --help');
    const titles = [...data.matchAll(/^[A-Z][\w ]+:/gm)].map(([title]) => title);
    expect(titles).toEqual(['Usage:', 'Options:', 'Commands:', 'Global Options:']);
  });

  test('show the version before and after the command', async () => {
    for (const line of ['--version', 'movies list --version']) {
      expect(await runFake(line)).toMatchObject({ exitCode: 0, data: '0.1.0\n' });
    }
  });

  test('show help without a command', async () => {
    for (const line of ['', 'movies']) {
      const { exitCode, said } = await runFake(line);
      expect(exitCode).toBe(2);
      expect(said).toContain('Usage: matinee');
    }
  });

  test('of all commands may come first or last in the line', async () => {
    const lines = ['--url http://127.0.0.1:1 whoami', 'whoami --url http://127.0.0.1:1'];
    for (const line of lines) {
      const { exitCode, said } = await runFake(line);
      expect(exitCode).toBe(7);
      expect(said).toContain('matinee doctor');
    }
  });
});

describe('completion', () => {
  test.each(['bash', 'zsh', 'fish'])('for %s knows commands and flags', async (shell) => {
    const { exitCode, data } = await runFake(`completion ${shell}`);
    expect(exitCode).toBe(0);
    for (const word of ['popular-movies', 'promote', 'outbox', 'group-by', 'no-input']) {
      expect(data).toContain(word);
    }
  });

  const hasBash = spawnSync('bash', ['--version']).status === 0;

  test.runIf(hasBash)('offers matching words in bash', async () => {
    const { data } = await runFake('completion bash');
    const complete = (...words: string[]) => {
      const script = `${data}
COMP_WORDS=(matinee ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}
_matinee; echo "\${COMPREPLY[*]}"`;
      return spawnSync('bash', ['-c', script], { encoding: 'utf8' }).stdout.trim();
    };
    expect(complete('mov')).toBe('movies');
    expect(complete('movies', 'i')).toBe('import');
    expect(complete('--profile', 'movies', 'show')).toBe('showtimes');
    expect(complete('reports', 'revenue', '--gr')).toBe('--group-by');
    expect(complete('movies', 'get', 'ID', '--js')).toBe('--json');
    expect(complete('outbox', 're')).toBe('retry');
    expect(complete('outbox', 'retry', '--de')).toBe('--dead');
  });
});
