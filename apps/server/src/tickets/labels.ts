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
  age(years: number): string;
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

/** The words of a ticket. They are in English for now; another language is one more object here. */
export const labelsIn = (): Labels => english;
