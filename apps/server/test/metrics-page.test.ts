import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { startTestServer } from './server.ts';

const page = new URL('../../../docs/metrics.md', import.meta.url);

/** The rows of the page's first table. */
const rowsOf = (text: string) => text.split('\n').filter((line) => line.startsWith('| `matinee_'));

test('docs/metrics.md lists every metric of the product, with its type, labels and meaning', async () => {
  const server = await startTestServer({}, undefined, { redis: { isUp: true } });
  const listed = await server.metrics.registry.getMetricsAsArray();
  await server.close();
  const rows = listed
    .filter(({ name }) => name.startsWith('matinee_'))
    .map((metric) => {
      const labels = 'labelNames' in metric ? (metric.labelNames as string[]) : [];
      const names = labels.map((label) => `\`${label}\``).join(', ');
      return `| \`${metric.name}\` | ${metric.type} | ${names} | ${metric.help} |`;
    });
  expect(rows.length).toBeGreaterThan(20);
  expect(rowsOf(await readFile(page, 'utf8'))).toEqual(rows.toSorted());
});
