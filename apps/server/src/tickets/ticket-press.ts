import type { TicketSheet } from '@matinee/api';
import { drawTickets } from './document.ts';
import { openFonts } from './fonts.ts';
import type { UnreadableFont } from './fonts.ts';
import { labelsIn } from './labels.ts';
import { printableTexts, supported, ticketTexts } from './texts.ts';

/* The process that draws tickets, one file after the other. `printer.ts` starts it. */

/** What becomes of a sheet. */
export type Drawn = { file: Uint8Array } | { failure: string };

/** What the process reports. */
export type PressMessage = Drawn | { unreadable: UnreadableFont[] };

const [, , fontsDir] = process.argv;

const { fonts, unreadable } = openFonts(fontsDir);

// The server has ended, or its terminal: then nobody waits for a file.
process.on('disconnect', () => process.exit());
// Ctrl-C reaches all processes of a terminal; the server decides when this one ends.
process.on('SIGINT', () => {});
process.on('message', (sheet: TicketSheet) => void answer(sheet));
report({ unreadable });

function report(message: PressMessage): void {
  process.send?.(message);
}

async function answer(sheet: TicketSheet): Promise<void> {
  try {
    const file = await draw(sheet);
    report({ file });
  } catch (error) {
    const failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
    report({ failure });
  }
}

function draw(sheet: TicketSheet): Promise<Uint8Array> {
  const pages = sheet.tickets.map((ticket) =>
    printableTexts(ticketTexts(sheet, ticket, fonts), fonts),
  );
  const language = supported(sheet.locale);
  // No font draws the properties of a file.
  const { document } = labelsIn(language, () => true);
  const properties = { title: `${document} ${sheet.reference} · ${sheet.movie}`, language };
  return drawTickets(pages, properties, fonts);
}
