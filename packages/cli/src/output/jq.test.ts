import { expect, test } from 'vitest';
import { compileJq } from './jq.ts';

const list = { items: [{ title: 'Heat', year: 1995 }, { title: 'Laura' }], at: new Date(0) };

test.each([
  ['.items[].title', 'Heat\nLaura'],
  ['.items | length', '2'],
  ['.items[0]', '{"title":"Heat","year":1995}'],
  ['.at', '1970-01-01T00:00:00.000Z'],
  ['.items[] | select(.year == 2000)', ''],
  ['.items[] | [.title, .year // 0] | @csv', '"Heat",1995\n"Laura",0'],
  ['try error("no") catch .', 'no'],
])('prints the results of %s', async (expression, expected) => {
  expect((await compileJq(expression))(list)).toBe(expected);
});

test('filters nothing as null', async () => {
  expect((await compileJq('.'))(undefined)).toBe('null');
});

test('refuses an expression before it has a value', async () => {
  const refused = compileJq('.items[');
  await expect(refused).rejects.toMatchObject({ exitCode: 2 });
  await expect(refused).rejects.toThrow(/^--jq "\.items\[" failed: syntax error/);
});

test('refuses an expression that does not fit the value', async () => {
  const filter = await compileJq('.items.title');
  expect(() => filter(list)).toThrow(
    '--jq ".items.title" failed: Cannot index array with string "title".',
  );
});
