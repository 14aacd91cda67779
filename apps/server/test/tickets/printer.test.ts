import { execFile } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { getPriority, tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Log, PrintedTicket, TicketSheet } from '@matinee/api';
import { OPS } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { rootDir } from '../../src/root-dir.ts';
import { drawTickets } from '../../src/tickets/document.ts';
import { openFonts } from '../../src/tickets/fonts.ts';
import { createTicketPrinter } from '../../src/tickets/printer.ts';
import { ticketTexts } from '../../src/tickets/texts.ts';
import { decodePage, openPdf } from './read-pdf.ts';

/* Tickets as PDF: drawn by a process of its own, read back by pdf.js, and seen by a reader of QR codes. */

const code = `MT1-${'0123456789ABCDEFGHJKMNPQRSTVWXYZ'.repeat(6).slice(0, 172)}`;

const aTicket: PrintedTicket = {
  seatId: '6a1c7f0e-0000-7000-8000-000000000001',
  rowLabel: 'F',
  seatNumber: 12,
  ticketType: 'Student',
  price: '12.50',
  code,
  needsProof: false,
};

function aSheet(changes: Partial<TicketSheet> = {}): TicketSheet {
  return {
    reservationId: '6a1c7f0e-0000-7000-8000-000000000002',
    reference: 'K7QX2MPA',
    movie: 'Casablanca',
    minimumAge: null,
    theater: 'Grand Theater',
    site: 'Downtown',
    address: '1 Main Street',
    startTime: new Date('2026-12-05T19:30:00Z'),
    endTime: new Date('2026-12-05T21:45:00Z'),
    timezone: 'Europe/Paris',
    currency: 'EUR',
    locale: 'en',
    tickets: [aTicket],
    ...changes,
  };
}

const ignore = () => {};
const log: Log = { error: ignore, warn: ignore, info: ignore, debug: ignore };

let fontsDir: string;
let printer: ReturnType<typeof createTicketPrinter>;
/** With fonts for Japanese, Korean and Chinese. */
let wide: ReturnType<typeof createTicketPrinter>;

beforeAll(async () => {
  fontsDir = await mkdtemp(path.join(tmpdir(), 'matinee-fonts-'));
  const require = createRequire(import.meta.url);
  for (const [main, file] of [
    [require.resolve('@embedpdf/fonts-kr'), 'NotoSansKR-Regular.otf'],
    [require.resolve('@embedpdf/fonts-sc'), 'NotoSansHans-Regular.otf'],
  ] as const) {
    const fonts = path.join(path.dirname(main), '..', 'fonts');
    await symlink(path.join(fonts, file), path.join(fontsDir, file));
  }
  printer = createTicketPrinter({ log });
  wide = createTicketPrinter({ log, fontsDir });
});

afterEach(() => {
  vi.useRealTimers();
});

afterAll(async () => {
  await Promise.all([printer.close(), wide.close()]);
  await rm(fontsDir, { recursive: true });
});

interface PlacedText {
  text: string;
  left: number;
  right: number;
}

/** The texts of a page, in the order in which they were drawn: each line from left to right. */
async function textsOf(file: Uint8Array, pageNumber = 1): Promise<PlacedText[]> {
  const page = await (await openPdf(file)).getPage(pageNumber);
  const { items } = await page.getTextContent();
  return items.flatMap((item) =>
    'str' in item
      ? [{ text: item.str, left: item.transform[4], right: item.transform[4] + item.width }]
      : [],
  );
}

/** The parts of the title, which is between the name of the cinema and the first label. */
async function titleOf(file: Uint8Array): Promise<string[]> {
  const texts = (await textsOf(file)).map(({ text }) => text);
  return texts.slice(texts.indexOf('Downtown') + 1, texts.indexOf('Date'));
}

const lettersOf = (text: string) => text.normalize('NFC').replaceAll(/[^\p{L}\p{M}\p{N}]/gu, '');

/** A printer, and the processes that it has started. */
function aPrinter() {
  const started: ChildProcess[] = [];
  const own = createTicketPrinter({ log, onStart: (press) => void started.push(press) });
  return { own, started };
}

describe('a title in', () => {
  test.each([
    ['Latin, with Vietnamese', 'Vẻ đẹp của điện ảnh: “Ký sinh trùng” (2019)'],
    ['Greek', 'Αλέξης Ζορμπάς: Ο Έλληνας (1964)'],
    ['Cyrillic', 'Москва слезам не верит: Їжак (1980)'],
    ['Japanese', '千と千尋の神隠し(2001)'],
    ['Korean', '기생충: 봉준호 (2019)'],
    ['Chinese', '卧虎藏龙(2000)'],
    ['Thai', 'ที่นี่น้ำท่วม: ผู้ใหญ่บ้าน (2026)'],
  ])('%s is on the ticket letter by letter', async (_script, movie) => {
    const title = await titleOf(await wide.pdf(aSheet({ movie })));
    // A line may end between any two words, so spaces are not compared.
    expect(title.join('').replaceAll(' ', '')).toBe(movie.normalize('NFC').replaceAll(' ', ''));
  });

  test.each([
    ['Arabic', 'أهلاً (سينما 2026) وداعاً!'],
    ['Arabic with other letters', 'بيت نثق (2026) فَتْحَة'],
    ['Hebrew', 'שלום (2026) עולם! שָׁלוֹם'],
  ])('%s runs from right to left, with its brackets and digits', async (_script, movie) => {
    const title = await titleOf(await printer.pdf(aSheet({ movie })));
    // pdf.js returns the words from left to right, and the letters of each in logical order.
    expect(lettersOf(title.toReversed().join(''))).toBe(lettersOf(movie));
    const seen = title.join('');
    expect(seen.indexOf('(')).toBeLessThan(seen.indexOf(')'));
    expect(seen).toContain('2026');
  });

  test('Hindi has all its letters', async () => {
    const movie = 'दिल्ली श्री क्षत्रिय फ़िल्म (2026)';
    const title = await titleOf(await printer.pdf(aSheet({ movie })));
    // The vowel sign of दि is drawn before its consonant, and pdf.js returns the glyphs as they are
    // drawn. So the letters of each word are compared without their order.
    const words = (text: string) =>
      text
        .normalize('NFD')
        .split(/\s+/)
        .map((word) => Array.from(word).toSorted().join(''));
    expect(
      words(
        title
          .map((text) => text || ' ')
          .join('')
          .trim(),
      ),
    ).toEqual(words(movie));
  });

  test('Arabic has the hamza and the dots of its letters in their places', async () => {
    const file = await printer.pdf(aSheet({ movie: 'أب' }));
    const page = await (await openPdf(file)).getPage(1);
    const { fnArray, argsArray } = await page.getOperatorList();
    const offsets = fnArray.flatMap((operator: number, index: number) =>
      operator === OPS.setTextMatrix ? [Array.from(argsArray[index][0] as number[]).slice(4)] : [],
    );
    expect(offsets.filter(([, y = 0]) => Math.abs(y) > 0.5)).not.toEqual([]);
  });
});

describe('the QR code', () => {
  test('is of version 7, is the code of the seat, and is 45 mm wide', async () => {
    const other = {
      ...aTicket,
      seatNumber: 13,
      code: `MT1-${code.slice(4).toLowerCase().toUpperCase().split('').toReversed().join('')}`,
    };
    const file = await printer.pdf(aSheet({ tickets: [aTicket, other] }));
    const found = [await decodePage(file, 1), await decodePage(file, 2)];
    expect(found.map((one) => one?.data)).toEqual([code, other.code]);
    expect(found.map((one) => one?.version)).toEqual([7, 7]);
    const { topLeftCorner, topRightCorner } = found[0]?.location ?? {};
    const points = ((topRightCorner?.x ?? 0) - (topLeftCorner?.x ?? 0)) / 2;
    expect((points / 72) * 25.4).toBeCloseTo(45, 0);
  });

  test('can be read on dark paper', async () => {
    const found = await decodePage(await printer.pdf(aSheet()), 1, '#202020');
    expect(found?.data).toBe(code);
  });

  test('is not printed as text', async () => {
    const texts = await textsOf(await printer.pdf(aSheet()));
    expect(texts.filter(({ text }) => text.includes('MT1-'))).toEqual([]);
  });
});

describe('a character that no font has', () => {
  test('is replaced, and never by a letter', async () => {
    const movie = '기생충 😀 👨‍👩‍👧 e\u0301te\u0301';
    const title = await titleOf(await printer.pdf(aSheet({ movie })));
    expect(title.join('')).toBe('��� � � été');
  });

  test('would be a box without the check', async () => {
    const { fonts } = openFonts();
    const page = ticketTexts(aSheet({ movie: '千と千尋' }), aTicket, fonts);
    const file = await drawTickets([page], { title: '', language: 'en' }, fonts);
    const title = await titleOf(file);
    expect(title.join('')).not.toContain('�');
    expect(title.join('')).not.toMatch(/[a-z]/i);
  });

  test('makes a date English where it is part of the date', async () => {
    const texts = await textsOf(await printer.pdf(aSheet({ locale: 'ja' })));
    expect(texts.map(({ text }) => text)).toContain('Saturday, December 5, 2026');
    const japanese = await textsOf(await wide.pdf(aSheet({ locale: 'ja' })));
    expect(japanese.map(({ text }) => text).join('')).toContain('2026年12月5日土曜日');
  });

  test('makes the words English where it lacks one of their letters', async () => {
    const narrow = await textsOf(await printer.pdf(aSheet({ locale: 'ja' })));
    expect(narrow.map(({ text }) => text)).toContain('Show this code at the entrance.');
    const japanese = (await textsOf(await wide.pdf(aSheet({ locale: 'ja-JP' })))).map(
      ({ text }) => text,
    );
    expect(japanese.join('')).toContain('入場の際にこのコードをご提示ください。');
    expect(japanese).not.toContain('Seat');
  });
});

describe('a text of 255 letters', () => {
  test.each([
    ['with spaces', 'The Assassination of Jesse James '.repeat(8).slice(0, 255)],
    ['without spaces', 'W'.repeat(255)],
    ['in Arabic', 'حكاية طويلة جدا عن (سينما) 2026 '.repeat(8).slice(0, 255)],
    ['in Thai', 'ที่นี่กู้ภัยปู่น้ำเป็นผู้ใหญ่'.repeat(9).slice(0, 255)],
  ])('%s leaves one page for each seat, and the QR code', async (_kind, text) => {
    const tickets = [1, 2].map((seatNumber) => ({
      ...aTicket,
      seatNumber,
      rowLabel: text.slice(0, 60),
      ticketType: text,
      needsProof: true,
    }));
    const changes = { movie: text, theater: text, site: text, address: text, minimumAge: 16 };
    const file = await printer.pdf(aSheet({ ...changes, tickets }));
    expect((await openPdf(file)).numPages).toBe(2);
    expect((await decodePage(file, 2))?.data).toBe(code);
    const texts = await textsOf(file);
    // A5 is 419.5 points wide.
    expect(Math.min(...texts.map(({ left }) => left))).toBeGreaterThan(30);
    expect(Math.max(...texts.map(({ right }) => right))).toBeLessThan(390);
  });
});

describe('the page', () => {
  test('says when, where, which seat and what it cost', async () => {
    const tickets = [{ ...aTicket, price: '1234.5', needsProof: true }];
    const sheet = aSheet({ locale: 'de', minimumAge: 16, tickets });
    const file = await printer.pdf(sheet);
    const all = (await textsOf(file)).map(({ text }) => text);
    const text = all.filter(Boolean).join(' ');
    for (const part of [
      'Samstag, 5. Dezember 2026',
      '20:30 – 22:45',
      'Mitteleuropäische Normalzeit',
      'Grand Theater',
      '1 Main Street',
      'Reihe F',
      'Platz 12',
      'Ticket Student',
      '1.234,50 €',
      'Buchungsnummer K7QX2MPA',
      'Ab 16 Jahren: Bringen Sie einen Altersnachweis mit. Bringen Sie den Nachweis der Ermäßigung mit.',
      'Zeigen Sie diesen Code am Einlass vor.',
    ]) {
      expect(text.replaceAll(/\s+/g, ' ')).toContain(part);
    }
    const { info } = await (await openPdf(file)).getMetadata();
    expect(info).toMatchObject({
      Title: 'Tickets K7QX2MPA · Casablanca',
      Language: 'de',
      Producer: 'Matinee',
    });
  });

  test('is in English for a language that does not exist', async () => {
    const texts = await textsOf(await printer.pdf(aSheet({ locale: 'no language' })));
    expect(texts.map(({ text }) => text)).toContain('Saturday, December 5, 2026');
  });
});

describe('the process', () => {
  test('draws all files, after whatever else wants the core', async () => {
    const { own, started } = aPrinter();
    await Promise.all(Array.from({ length: 5 }, () => own.pdf(aSheet())));
    expect(started.map(({ pid }) => getPriority(pid))).toEqual([10]);
    await own.close();
    expect(started[0]?.signalCode).toBe('SIGKILL');
    await expect(own.pdf(aSheet())).rejects.toThrow('closed');
  });

  test('is replaced after a crash', async () => {
    const { own, started } = aPrinter();
    await own.pdf(aSheet());
    const lost = own.pdf(aSheet());
    const kill = () => started[0]?.kill('SIGKILL');
    await Promise.all([expect(lost).rejects.toThrow('has ended'), Promise.resolve().then(kill)]);
    expect((await decodePage(await own.pdf(aSheet())))?.data).toBe(code);
    expect(started).toHaveLength(2);
    await own.close();
  });

  test('is replaced when a file takes more than 8 seconds', async () => {
    const { own, started } = aPrinter();
    await own.pdf(aSheet());
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    started[0]?.kill('SIGSTOP');
    await Promise.all([
      expect(own.pdf(aSheet())).rejects.toThrow('more than 8000 ms'),
      vi.advanceTimersByTimeAsync(8000),
    ]);
    expect((await decodePage(await own.pdf(aSheet())))?.data).toBe(code);
    expect(started).toHaveLength(2);
    await own.close();
  });

  test('ends after a minute without work, and starts again', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { own, started } = aPrinter();
    await own.pdf(aSheet());
    const exit = once(started[0] ?? expect.unreachable(), 'exit');
    await vi.advanceTimersByTimeAsync(60_000);
    await exit;
    expect((await decodePage(await own.pdf(aSheet())))?.data).toBe(code);
    await own.close();
  });

  test('ends when its server is gone', async () => {
    const { own, started } = aPrinter();
    await own.pdf(aSheet());
    const [press = expect.unreachable()] = started;
    const exit = once(press, 'exit');
    press.disconnect();
    expect(await exit).toEqual([0, null]);
    await own.close();
  });

  test('does not keep the process alive', async () => {
    const file = path.join(rootDir, 'apps', 'server', 'src', 'tickets', 'printer.ts');
    const program = `
      import(${JSON.stringify(pathToFileURL(file).href)})
        .then(({ createTicketPrinter }) => createTicketPrinter({ log: console }))
        .then((printer) => printer.pdf(${JSON.stringify(aSheet())}))
        .then((file) => console.log(new TextDecoder().decode(file.subarray(0, 5))));`.replaceAll(
      /"(20\d\d-[^"]+Z)"/g,
      'new Date("$1")',
    );
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--conditions=@matinee/source',
      '--eval',
      program,
    ]);
    expect(stdout).toBe('%PDF-\n');
  });

  test('survives a sheet that cannot be drawn', async () => {
    await expect(printer.pdf(aSheet({ timezone: 'Mars/Olympus' }))).rejects.toThrow('Mars/Olympus');
    expect((await decodePage(await printer.pdf(aSheet())))?.data).toBe(code);
  });
});

describe('TICKET_FONTS_DIR', () => {
  test('must exist', () => {
    const missing = path.join(fontsDir, 'missing');
    expect(() => createTicketPrinter({ log, fontsDir: missing })).toThrow(
      /^TICKET_FONTS_DIR: .*missing/,
    );
  });

  test('may have a file that is no font, which is logged', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'matinee-fonts-'));
    const file = path.join(folder, 'broken.ttf');
    await writeFile(file, 'This is not a font.');
    const warn = vi.fn<Log['warn']>();
    const own = createTicketPrinter({ log: { ...log, warn }, fontsDir: folder });
    expect((await decodePage(await own.pdf(aSheet())))?.data).toBe(code);
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      { file, reason: expect.any(String) },
      expect.stringContaining('TICKET_FONTS_DIR'),
    );
    await own.close();
    await rm(folder, { recursive: true });
  });
});
