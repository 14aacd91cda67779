import type { Command } from 'commander';
import type { BookFlags } from '../booking/book.ts';
import { addTicket } from '../booking/tickets.ts';
import { asJson, examples, runs } from '../command.ts';
import type { Terminal } from '../terminal.ts';

export function addBook(program: Command, terminal: Terminal): void {
  const book = program.command('book').description('book seats step by step, at a terminal');
  asJson(book)
    .option('--movie-id <movie>', 'only offer shows of this movie: title or id')
    .option('--showtime-id <showtime>', 'book seats of this showtime')
    .option('--date <date>', 'only offer shows on this day (YYYY-MM-DD)')
    .option('--contact-email <email>', 'where the confirmation is sent; guests need it')
    .option('--accessibility', 'ask for wheelchair places; no proof is needed')
    .option(
      '--ticket <type=number>',
      'number of a ticket type, such as child=2; repeatable; the others are of the first type',
      addTicket,
    );
  examples(book, ['matinee book', 'matinee book --date 2026-12-24']);
  runs<BookFlags>(book, terminal, async (session, flags) => {
    const { bookSeats } = await import('../booking/book.ts');
    await bookSeats(session, flags);
  });
}
