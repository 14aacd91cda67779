import type { Paint } from '../output/paint.ts';
import { cut, cutMiddle, pad, plain, widthOf } from '../output/text.ts';
import type { Week, WeekLine, WeekShow } from './week.ts';

/** Columns of the names of theaters. */
const nameWidth = 12;
/** Without a terminal the picture is as wide as this. */
const usualWidth = 80;
const narrowest = 40;

interface Drawing {
  paint: Paint;
  width?: number | undefined;
}

/**
 * A week as a picture of characters: a line for each theater, a box for each show. The box of a sold out
 * show has a `×`.
 */
export function drawWeek(week: Week, { paint, width = usualWidth }: Drawing): string {
  const columns = Math.max(narrowest, Math.min(width, 160)) - nameWidth - 1;
  const perMinute = columns / ((week.closes - week.opens) * 60);
  const scale = paint.dim(`${' '.repeat(nameWidth + 1)}${hours(week, perMinute)}`);
  return week.days
    .map(({ date, weekday, lines }) => {
      const drawn = lines.map((line) => drawLine(line, { week, columns, perMinute, paint }));
      const body = lines.length === 0 ? [paint.dim('No shows.')] : [scale, ...drawn];
      return [paint.bold(`${weekday} ${date}`), ...body].join('\n');
    })
    .join('\n\n');
}

function hours({ opens, closes }: Week, perMinute: number): string {
  let text = '';
  for (let hour = opens; hour < closes; hour += 2) {
    const column = Math.round((hour - opens) * 60 * perMinute);
    if (column >= text.length) {
      text = `${text.padEnd(column)}${String(hour % 24).padStart(2, '0')} `;
    }
  }
  return text.trimEnd();
}

interface Scale {
  week: Week;
  columns: number;
  perMinute: number;
  paint: Paint;
}

function drawLine(
  { theater, shows }: WeekLine,
  { week, columns, perMinute, paint }: Scale,
): string {
  const columnOf = (minutes: number) => Math.round((minutes - week.opens * 60) * perMinute);
  // Screens of a house differ in the end of their names.
  let text = pad(cutMiddle(plain(theater), nameWidth), nameWidth + 1);
  let column = 0;
  for (const show of shows) {
    const from = Math.max(column, columnOf(show.from));
    const until = Math.min(columns, Math.max(from + 2, columnOf(show.until)));
    text += `${' '.repeat(from - column)}${box(show, until - from, paint)}`;
    column = until;
  }
  return text.trimEnd();
}

function box({ title, taken }: WeekShow, width: number, paint: Paint): string {
  const isSoldOut = taken >= 1;
  const mark = isSoldOut ? '×' : '';
  const room = Math.max(0, width - 2 - widthOf(mark));
  const text = `[${pad(cut(plain(title), room), room)}${mark}]`;
  return isSoldOut ? paint.red(text) : paint.cyan(text);
}
