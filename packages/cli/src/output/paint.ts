import { styleText } from 'node:util';

type Brush = (text: string) => string;

/** Colours, or their absence. */
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

/** Paints nothing: for pipes, files and `NO_COLOR`. */
export const noPaint: Paint = paintWith((_name, text) => text);

/** Paints with the sixteen colours that every terminal has. */
export const ansiPaint: Paint = paintWith((name, text) =>
  styleText(name, text, { validateStream: false }),
);

/** Whether a stream wants colour: a terminal, unless the person or the terminal says otherwise. */
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
