/** The words on a ticket that are not the cinema's own. */
export interface Labels {
  document: string;
  date: string;
  time: string;
  theater: string;
  site: string;
  row: string;
  seat: string;
  ticketType: string;
  price: string;
  reference: string;
  scan: string;
  proof: string;
  age: (years: number) => string;
}

const english: Labels = {
  document: 'Tickets',
  date: 'Date',
  time: 'Time',
  theater: 'Theater',
  site: 'Cinema',
  row: 'Row',
  seat: 'Seat',
  ticketType: 'Ticket',
  price: 'Price',
  reference: 'Booking reference',
  scan: 'Show this code at the entrance.',
  proof: 'Bring proof of your reduced price.',
  age: (years) => `From ${years} years: bring proof of your age.`,
};

const german: Labels = {
  document: 'Tickets',
  date: 'Datum',
  time: 'Uhrzeit',
  theater: 'Saal',
  site: 'Kino',
  row: 'Reihe',
  seat: 'Platz',
  ticketType: 'Ticket',
  price: 'Preis',
  reference: 'Buchungsnummer',
  scan: 'Zeigen Sie diesen Code am Einlass vor.',
  proof: 'Bringen Sie den Nachweis der Ermäßigung mit.',
  age: (years) => `Ab ${years} Jahren: Bringen Sie einen Altersnachweis mit.`,
};

const japanese: Labels = {
  document: 'チケット',
  date: '日付',
  time: '時間',
  theater: 'スクリーン',
  site: '映画館',
  row: '列',
  seat: '座席',
  ticketType: '券種',
  price: '料金',
  reference: '予約番号',
  scan: '入場の際にこのコードをご提示ください。',
  proof: '割引料金の証明書をお持ちください。',
  age: (years) => `${years}歳以上：年齢を確認できるものをお持ちください。`,
};

const languages: Partial<Record<string, Labels>> = { en: english, de: german, ja: japanese };

/**
 * The words of a ticket.
 *
 * @param locale a BCP 47 tag that `Intl` knows
 * @param isCovered whether the fonts have every letter of a text; words without it are English
 */
export function labelsIn(locale: string, isCovered: (text: string) => boolean): Labels {
  const labels = languages[new Intl.Locale(locale).language] ?? english;
  const { age, ...texts } = labels;
  return [...Object.values(texts), age(0)].every(isCovered) ? labels : english;
}
