import type { TicketSheet } from '@matinee/api';
import { renderToBuffer } from '@react-pdf/renderer';
import { ticketDocument } from './document.ts';
import { openFonts } from './fonts.ts';
import type { TicketFonts, UnreadableFont } from './fonts.ts';
import { labelsIn } from './labels.ts';
import { printableTexts, supported, ticketTexts } from './texts.ts';

/* The process that draws tickets, one file after the other. `printer.ts` starts it. */

/** What becomes of a sheet. */
export type Drawn = { file: Uint8Array } | { failure: string };

/** What the process reports. */
export type PressMessage = Drawn | { unreadable: UnreadableFont[] };

const [, , fontsDir] = process.argv;

/** react-pdf prints why it could not draw a text, and leaves the text out. */
const omissions: unknown[] = [];
console.log = (reason) => omissions.push(reason);

const opened = openFonts(fontsDir);

// The server has ended, or its terminal: then nobody waits for a file.
process.on('disconnect', () => process.exit());
// Ctrl-C reaches all processes of a terminal; the server decides when this one ends.
process.on('SIGINT', () => {});
process.on('message', (sheet: TicketSheet) => void answer(sheet));
const { unreadable } = await opened;
report({ unreadable });

function report(message: PressMessage): void {
  process.send?.(message);
}

async function answer(sheet: TicketSheet): Promise<void> {
  try {
    const { fonts } = await opened;
    const file = new Uint8Array(await draw(sheet, fonts));
    report({ file });
  } catch (error) {
    const failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
    report({ failure });
  }
}

async function draw(sheet: TicketSheet, fonts: TicketFonts): Promise<Uint8Array> {
  omissions.length = 0;
  const pages = sheet.tickets.map((ticket) =>
    printableTexts(ticketTexts(sheet, ticket, fonts), fonts),
  );
  const language = supported(sheet.locale);
  // No font draws the properties of a file.
  const { document } = labelsIn(language, () => true);
  const properties = { title: `${document} ${sheet.reference} · ${sheet.movie}`, language };
  const file = await renderToBuffer(ticketDocument(pages, properties, fonts));
  if (omissions.length > 0) {
    throw new Error('A text of a ticket could not be drawn.', { cause: omissions[0] });
  }
  return file;
}
