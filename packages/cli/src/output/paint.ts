import { styleText } from 'node:util';

type Brush = (text: string) => string;

/** Colours; each leaves the text as it is where colours are off. */
export interface Paint {
  bold: Brush;
  dim: Brush;
  red: Brush;
  green: Brush;
  yellow: Brush;
  cyan: Brush;
  magenta: Brush;
  inverse: Brush;
}

const names = ['bold', 'dim', 'red', 'green', 'yellow', 'cyan', 'magenta', 'inverse'] as const;

/** No colours: for pipes, files and `NO_COLOR`. */
export const noPaint: Paint = paintWith((_name, text) => text);

/** The sixteen colours that all terminals support. */
export const ansiPaint: Paint = paintWith((name, text) =>
  styleText(name, text, { validateStream: false }),
);

/** Colours for a terminal, unless `NO_COLOR` or `TERM` turns them off. */
export function paintFor(
  stream: { isTTY?: boolean | undefined },
  env: Record<string, string | undefined>,
): Paint {
  const refused = Boolean(env['NO_COLOR']) || env['TERM'] === 'dumb';
  return stream.isTTY && !refused ? ansiPaint : noPaint;
}

function paintWith(apply: (name: (typeof names)[number], text: string) => string): Paint {
  const brushes = names.map((name) => [name, (text: string) => text && apply(name, text)]);
  return Object.fromEntries(brushes) as Paint;
}
