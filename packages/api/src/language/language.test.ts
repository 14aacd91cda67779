import { describe, expect, test } from 'vitest';
import type { Catalogue } from './catalogue.ts';
import { languageOf } from './language.ts';

const about = { movie: 'MOVIE', reference: 'K7Q2M9XD' };
const causes = [
  'cancelled',
  'show_cancelled',
  'payment_expired',
  'wrong_amount',
  'seats_gone',
] as const;

/** Every text of a catalogue, by its place. */
function textsOf(words: Catalogue): Record<string, string> {
  const letters = {
    confirmation: words.confirmation(about),
    reminder: words.reminder(about),
    newTickets: words.newTickets(about),
    newSeats: words.newSeats(about),
    partialCancellation: words.partialCancellation(about),
    ...Object.fromEntries(causes.map((cause) => [cause, words.cancellation(cause, about)])),
  };
  const { seats, insteadOf, ...facts } = words.facts;
  const others = {
    passwordReset: words.passwordReset,
    emailProof: words.emailProof,
    passwordChanged: words.passwordChanged,
    secondFactorAdded: words.secondFactorAdded,
    secondFactorRemoved: words.secondFactorRemoved,
    webhookGone: words.webhookDisabled('gone'),
    webhookFailing: words.webhookDisabled('failing'),
    facts: { ...facts, seat: seats(1), seats: seats(2), insteadOf: insteadOf('A1') },
    links: words.links,
    atTheDoor: words.atTheDoor,
    salutations: { named: words.salutation('Zoë'), unnamed: words.salutation(null) },
  };
  return Object.fromEntries(
    Object.entries({ ...letters, ...others }).flatMap(([place, texts]) =>
      Object.entries(texts).map(([name, text]) => [`${place} ${name}`, text as string]),
    ),
  );
}

const english = textsOf(languageOf('en').words);

describe.each(['de', 'ja'])('mails in %s', (tag) => {
  const texts = textsOf(languageOf(tag).words);

  test('say everything, and nothing in English', () => {
    expect(Object.keys(texts)).toEqual(Object.keys(english));
    const same = Object.entries(texts).filter(([place, text]) => text === english[place]);
    expect(same).toEqual([]);
    expect(Object.values(texts).filter((text) => text.trim() === '')).toEqual([]);
  });

  test('name the movie and the reference where the English ones do', () => {
    for (const [place, text] of Object.entries(english)) {
      for (const name of ['MOVIE', 'K7Q2M9XD', 'Zoë', 'A1']) {
        expect({ place, name, has: texts[place]?.includes(name) }).toEqual({
          place,
          name,
          has: text.includes(name),
        });
      }
    }
  });
});

describe('the language of a customer', () => {
  test.each([
    [null, 'en'],
    ['en-GB', 'en'],
    ['de-CH-1996', 'de'],
    ['JA', 'ja'],
    ['fr-CA', 'en'],
    ['no language', 'en'],
    ['toolongatag', 'en'],
  ])('%s is %s', (tag, language) => {
    expect(languageOf(tag).words.language).toBe(language);
  });

  test('has formats of its region, and English ones where the words are', () => {
    const instant = new Date('2026-12-04T18:30:00Z');
    const said = (tag: string) => languageOf(tag).time(instant, 'Europe/Vienna');
    expect(said('en')).toBe('Friday, December 4, 2026 at 7:30 PM GMT+1');
    expect(said('en-GB')).toBe('Friday, 4 December 2026 at 19:30 CET');
    expect(said('de')).toBe('Freitag, 4. Dezember 2026, 19:30 MEZ');
    expect(said('fr')).toBe(said('en'));
  });

  test('has exact amounts', () => {
    const said = languageOf('de').amount('12345678901234.56', 'EUR');
    expect(said.replace('\u00a0', ' ')).toBe('12.345.678.901.234,56 €');
  });
});
