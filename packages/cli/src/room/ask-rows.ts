import type { SeatType } from '@matinee/sdk';
import { ask, askValid, promptStreams } from '../ask.ts';
import { drawSeatMap } from '../output/seat-map.ts';
import { count } from '../output/text.ts';
import type { Session } from '../session.ts';
import { widthFor } from '../terminal.ts';
import { readAisles, readLabels, rowsOf, seatsToDraw } from './rows.ts';
import type { RoomRow } from './rows.ts';

/** Asks for the rows of a room, block by block, and draws them after each block. */
export async function askRows(session: Session): Promise<RoomRow[]> {
  session.talk('Describe the rows in order from the screen. Rows that are alike come together.');
  const rows: RoomRow[] = [];
  do {
    rows.push(...(await askBlock(session, rows)));
    const seats = seatsToDraw(rows);
    const { talk } = session.terminal;
    session.talk(drawSeatMap(seats, { paint: session.talkPaint, width: widthFor(talk) }));
    session.talk(`${count(rows.length, 'row')}, ${count(seats.length, 'seat')}`);
  } while (await askForMore(session));
  return rows;
}

async function askBlock(session: Session, before: readonly RoomRow[]): Promise<RoomRow[]> {
  const known = new Set(before.map(({ label }) => label));
  const labels = await askValid(session, {
    message: 'Rows, such as A-H or A, B, C',
    hint: 'Enter rows that are not in the room yet, such as A-H or A, B, C.',
    read: (text) => {
      const found = readLabels(text);
      return found?.some((label) => known.has(label)) ? undefined : found;
    },
  });
  const seats = await askValid(session, {
    message: 'Seats in each row',
    hint: 'Enter a number from 1 to 60.',
    read: readSeats,
  });
  const aislesAfter = await askValid(session, {
    message: 'Aisles after which seats, such as 4, 12; empty for none',
    hint: `Enter numbers of seats below ${seats}, such as 4, 12.`,
    read: (text) => readAisles(text, seats),
  });
  return rowsOf({ labels, seats, aislesAfter, seatType: await askSeatType(session) });
}

function readSeats(text: string): number | undefined {
  const seats = /^\d+$/.test(text.trim()) ? Number(text) : 0;
  return seats >= 1 && seats <= 60 ? seats : undefined;
}

function askSeatType(session: Session): Promise<SeatType> {
  const options = (['regular', 'premium', 'vip'] as const).map((value) => ({ value }));
  return ask((prompts) =>
    prompts.select<SeatType>({
      message: 'Type of these seats',
      options,
      ...promptStreams(session),
    }),
  );
}

function askForMore(session: Session): Promise<boolean> {
  return ask((prompts) =>
    prompts.confirm({ message: 'More rows?', initialValue: false, ...promptStreams(session) }),
  );
}
