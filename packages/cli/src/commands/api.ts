import { Argument } from 'commander';
import type { Command } from 'commander';
import { readData } from '../arguments.ts';
import { examples, jqOption, runs } from '../command.ts';
import { usageError } from '../failure.ts';
import { readAllPages } from '../rest-pages.ts';
import type { Format, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';

interface ApiOptions extends Format {
  data?: string;
  paginate?: boolean;
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

export function addApi(program: Command, terminal: Terminal): void {
  const api = program.command('api').description('send a request to the REST API');
  api
    .addArgument(new Argument('<method>').choices(methods).argParser(methodOf))
    .argument('<path>', 'path below /api/v1, such as /movies')
    .option('--data <json>', 'the body as JSON, @FILE, or - for standard input')
    .option('--paginate', 'print the items of all pages of a list')
    .addOption(jqOption());
  examples(api, [
    'matinee api GET /movies --paginate',
    `matinee api GET "/showtimes?limit=3" --jq '.items[].movie.title'`,
    'matinee api POST /movies \\\n' +
      `      --data '{"title":"Heat","genre":"Crime","durationMinutes":170}'`,
  ]);
  runs<ApiOptions>(api, terminal, callApi);
}

async function callApi(
  session: Session,
  options: ApiOptions,
  [method = '', path = '']: string[],
): Promise<void> {
  const body = options.data === undefined ? undefined : readData(options.data);
  if (method === 'GET' && body !== undefined) {
    throw usageError('GET has no --data.', 'Put the parameters into the path: /movies?genre=Drama');
  }
  if (method !== 'GET' && options.paginate) {
    throw usageError('--paginate needs the method GET.');
  }
  const place = pathOf(path);
  const matinee = await session.matinee();
  session.writeJson(
    options.paginate
      ? await readAllPages(matinee, place)
      : await matinee.request({ method, path: place, body }),
  );
}

function methodOf(text: string): string {
  const method = text.toUpperCase();
  if (!methods.includes(method)) {
    throw usageError(`"${text}" is not a method.`, `Use ${methods.join(', ')}.`);
  }
  return method;
}

/** `movies`, `/movies` and `/api/v1/movies` are the same path. */
function pathOf(text: string): string {
  if (/^[a-z]+:\/\//i.test(text)) {
    throw usageError('The path must not contain a server.', 'Set the server with --url.');
  }
  return `/${text.replace(/^\/?(api\/v1(?=[/?]|$))?\/?/, '')}`;
}
