import { readdir, readFile } from 'node:fs/promises';
import type { Release } from '@matinee/api/testing';
import type { Pool, PoolClient } from 'pg';

const releases = new URL('../packages/api/src/db/releases/', import.meta.url);

/** Plans by the text of the statement, without costs. */
type Plans = Map<string, string>;

export interface ComparedPlans {
  compared: number;
  /** Each with the lines that only one of the plans has. */
  differences: string[];
  /** Statements with a condition that scan a table of sales sequentially on the grown database. */
  scans: string[];
}

/** Compares the plans of all statements, and of those inside database functions, on two databases. */
export async function comparePlans(fresh: Pool, grown: Pool): Promise<ComparedPlans> {
  const release = await readRelease();
  const [before, after] = [await readPlans(fresh, release), await readPlans(grown, release)];
  const both = [...after].flatMap(([text, plan]) => {
    const other = before.get(text);
    return other === undefined ? [] : [{ text, plan, other }];
  });
  const different = both.filter(({ plan, other }) => plan !== other);
  const scanning = both.filter(
    ({ text, plan }) =>
      /\bwhere\b/i.test(text) && /Seq Scan on (reservation|seat_claims)/.test(plan),
  );
  return {
    compared: both.length,
    differences: different.map(({ text, plan, other }) => {
      const [lines, others] = [plan.split('\n'), other.split('\n')];
      const lost = others.filter((line) => !lines.includes(line)).map((line) => `- ${line}`);
      const added = lines.filter((line) => !others.includes(line)).map((line) => `+ ${line}`);
      return `\`${shorten(text)}\`\n\n\`\`\`diff\n${[...lost, ...added].join('\n')}\n\`\`\``;
    }),
    scans: scanning.map(({ text }) => `\`${shorten(text)}\``),
  };
}

function shorten(text: string): string {
  return text.length > 160 ? `${text.slice(0, 160)} …` : text;
}

async function readRelease(): Promise<Release> {
  const [file = ''] = await readdir(releases);
  return JSON.parse(await readFile(new URL(file, releases), 'utf8')) as Release;
}

async function readPlans(pool: Pool, release: Release): Promise<Plans> {
  const client = await pool.connect();
  try {
    const plans = await statementPlans(client, release);
    // A statement that is sent and also runs in a function keeps the plan of a server.
    return new Map([...(await functionPlans(client, release)), ...plans]);
  } finally {
    client.release(true);
  }
}

async function statementPlans(client: PoolClient, { statements }: Release): Promise<Plans> {
  const plans: Plans = new Map();
  await client.query('set plan_cache_mode = force_generic_plan');
  for (const { text, parameters } of statements) {
    if (!/^(select|insert|update|delete|with)\b/i.test(text)) {
      continue;
    }
    await client.query(`prepare planned as ${text}`);
    const nulls = parameters.map(() => 'null').join(', ');
    const call = parameters.length === 0 ? 'planned' : `planned(${nulls})`;
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      `explain (costs off) execute ${call}`,
    );
    await client.query('deallocate planned');
    plans.set(text, rows.map((row) => row['QUERY PLAN']).join('\n'));
  }
  await client.query('reset plan_cache_mode');
  return plans;
}

/** What `auto_explain` tells about the statements inside the functions, while the story runs. */
async function functionPlans(client: PoolClient, { steps }: Release): Promise<Plans> {
  const plans: Plans = new Map();
  const note = ({ message }: { message?: string | undefined }) => {
    const [, query = '', plan = ''] =
      /Query Text: ([^]*?)\n((?:[A-Z][^\n]*\(cost=)[^]*)$/.exec(message ?? '') ?? [];
    if (plan !== '') {
      const shape = plan.replaceAll(/\s+\(cost=[^)]*\)/g, '').replaceAll(/'[^']*'/g, `'…'`);
      plans.set(query.replaceAll(/\s+/g, ' '), shape);
    }
  };
  await client.query(`load 'auto_explain'`);
  await client.query(`set auto_explain.log_min_duration = 0; set auto_explain.log_nested_statements = on;
    set auto_explain.log_level = notice; set client_min_messages = notice`);
  client.on('notice', note);
  await client.query('begin');
  for (const { text, values } of steps) {
    await client.query(text, values);
  }
  await client.query('rollback');
  client.off('notice', note);
  return plans;
}
