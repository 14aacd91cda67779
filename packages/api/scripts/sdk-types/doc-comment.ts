import { z } from 'zod';
import { adviceOf, deprecationIn } from '../../src/deprecation.ts';

/** Which side of a schema: what a caller sends, or what the server answers. */
export type Side = 'input' | 'output';

/** Columns of a line, with its indentation; deeper ones are a little longer. */
const width = 92;

/** The bounds of 32 and 53 bits say nothing to a reader. */
const greatest = 2_147_483_647;

/** What JSON Schema says of a field beside its type. */
interface Facts {
  description?: string;
  format?: string;
  default?: unknown;
  examples?: unknown[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  items?: Facts;
}

/** A doc comment of these paragraphs; nothing for none. */
export function docComment(paragraphs: readonly string[]): string {
  const lines = paragraphs.flatMap((paragraph, index) => [
    ...(index > 0 && !paragraph.startsWith('@see') ? [''] : []),
    // An example is code: its lines stay as they are.
    ...(paragraph.startsWith('@example') ? paragraph.split('\n') : wrapped(paragraph)),
  ]);
  const [only = ''] = lines;
  if (lines.length === 0) {
    return '';
  }
  return lines.length === 1 && only.length <= width
    ? `/** ${only} */\n`
    : `/**\n${lines.map((line) => ` * ${line}`.trimEnd()).join('\n')}\n */\n`;
}

/** What a reader of a field has to know: its description, its bounds, its default, an example. */
export function fieldFacts(field: z.ZodType, side: Side): string[] {
  const facts = z.toJSONSchema(field, {
    io: side,
    unrepresentable: 'any',
    reused: 'inline',
  }) as Facts;
  const { description = '' } = facts;
  const deprecation = deprecationIn(facts);
  const sentence = [description, ...(side === 'input' ? bounds(facts) : []), form(facts)]
    .filter((part) => part !== '')
    .join(' ');
  return [
    ...(sentence === '' ? [] : [sentence]),
    ...(facts.default === undefined || side === 'output'
      ? []
      : [`@default ${JSON.stringify(facts.default)}`]),
    ...(deprecation ? [`@deprecated ${adviceOf(deprecation).replace(/^Deprecated s/, 'S')}`] : []),
  ];
}

function bounds(facts: Facts): string[] {
  const { description = '', minimum, maximum, maxLength, minItems, maxItems } = facts;
  return [
    ...(minimum !== undefined && maximum !== undefined && maximum < greatest
      ? [`From ${minimum} to ${maximum}.`]
      : []),
    ...(maxLength === undefined || description.includes('characters')
      ? []
      : [`At most ${maxLength} characters.`]),
    ...(minItems !== undefined && maxItems !== undefined
      ? [`From ${minItems} to ${maxItems} items.`]
      : []),
  ];
}

/** How a text is written, where its type does not say so. */
function form({ description = '', format, examples: [example] = [] }: Facts): string {
  const isSaid = description.includes('ISO 8601') || description.includes('YYYY-MM-DD');
  if (format === 'date' && !isSaid) {
    return 'Written as `YYYY-MM-DD`.';
  }
  return example === undefined ? '' : `Such as \`${JSON.stringify(example)}\`.`;
}

/** A line at most as wide as a comment; code is not broken. */
function wrapped(text: string): string[] {
  if (text.length <= width) {
    return [text];
  }
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && `${last} ${word}`.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines;
}
