import type {
  ApiKey,
  Delivery,
  Incident,
  Matinee,
  Movie,
  Payment,
  PriceList,
  Reservation,
  Showtime,
  Site,
  Theater,
  TicketType,
  User,
  Webhook,
} from '@matinee/sdk';
import { nameShowtime } from '../output/showtime.ts';
import { localTime } from '../output/time.ts';
import { searchKey } from './search-key.ts';

/** A thing that fits a text. */
export interface Candidate {
  id: string;
  /** As a person knows it: a title and a year, for instance. */
  name: string;
  /** Whether the text is its whole name. Otherwise it is a part, or the end of the id. */
  isExact: boolean;
}

/** How people name things of one kind. */
export interface Kind {
  noun: string;
  /** What a text may be, for people. */
  ways: string;
  /** The things whose name is the text, or contains it. */
  byName: (matinee: Matinee, text: string) => Promise<Candidate[]>;
  /** The things whose id ends with the text. */
  byEnding: (matinee: Matinee, text: string) => Promise<Candidate[]>;
}

type OneOfMany =
  | 'movie'
  | 'site'
  | 'theater'
  | 'showtime'
  | 'reservation'
  | 'user'
  | 'apiKey'
  | 'delivery'
  | 'payment'
  | 'incident'
  | 'ticketType'
  | 'priceList'
  | 'session'
  | 'webhook';
/** `subject` is anything that the audit log names. */
export type Thing = OneOfMany | 'subject';

/** The most things that can share the end of an id and still be listed. */
const limit = 20;

/** The newest payments and incidents that are searched for the end of an id. */
const newest = { limit: 1_000 };

const single: Readonly<Record<OneOfMany, Kind>> = {
  movie: {
    noun: 'movie',
    ways: 'its title, its id, or the end of its id',
    byName: async (matinee, text) => {
      const movies = await matinee.movies.list.all({ search: text }).toArray();
      return movies.map((movie) => named(movie.id, nameMovie(movie), isSame(movie.title, text)));
    },
    byEnding: async (matinee, idEndsWith) => {
      const { items } = await matinee.movies.list({ idEndsWith, limit });
      return items.map((movie) => named(movie.id, nameMovie(movie)));
    },
  },
  site: {
    noun: 'site',
    ways: 'its name, its id, or the end of its id',
    byName: async (matinee, text) => {
      const sites = await matinee.sites.list.all({}).toArray();
      return sites
        .filter(({ name }) => hasPart(name, text))
        .map((site) => named(site.id, nameSite(site), isSame(site.name, text)));
    },
    byEnding: async (matinee, text) => {
      const sites = await matinee.sites.list.all({}).toArray();
      return endingWith(sites, text).map((site) => named(site.id, nameSite(site)));
    },
  },
  theater: {
    noun: 'theater',
    ways: 'its name, its id, or the end of its id',
    byName: async (matinee, text) => {
      const theaters = await matinee.theaters.list.all({}).toArray();
      return theaters
        .filter(({ name }) => hasPart(name, text))
        .map((theater) => named(theater.id, nameTheater(theater), isSame(theater.name, text)));
    },
    byEnding: async (matinee, idEndsWith) => {
      const { items } = await matinee.theaters.list({ idEndsWith, limit });
      return items.map((theater) => named(theater.id, nameTheater(theater)));
    },
  },
  showtime: {
    noun: 'showtime',
    ways: 'its id, or the end of its id',
    byName: nothing,
    byEnding: async (matinee, idEndsWith) => {
      const { items } = await matinee.showtimes.list({ idEndsWith, limit });
      return items.map((showtime: Showtime) => named(showtime.id, nameShowtime(showtime)));
    },
  },
  reservation: {
    noun: 'reservation',
    ways: 'its reference or its id',
    byName: byReference,
    byEnding: nothing,
  },
  user: {
    noun: 'account',
    ways: 'its e-mail address, its id, or the end of its id',
    byName: byEmail,
    byEnding: async (matinee, idEndsWith) => {
      const { items } = await matinee.admin.users.list({ idEndsWith, limit });
      return items.map((user: User) => named(user.id, user.email ?? 'a guest'));
    },
  },
  session: {
    noun: 'session',
    ways: 'its id, or the end of its id',
    byName: nothing,
    byEnding: async (matinee, text) =>
      endingWith(await matinee.auth.sessions.list(), text).map((session) =>
        named(session.id, session.userAgent ?? 'unknown'),
      ),
  },
  apiKey: {
    noun: 'API key',
    ways: 'its name, its id, or the end of its id',
    byName: async (matinee, text) => {
      const keys = await matinee.admin.apiKeys.list();
      return keys
        .filter(({ name }) => hasPart(name, text))
        .map((key) => named(key.id, nameApiKey(key), isSame(key.name, text)));
    },
    byEnding: async (matinee, text) =>
      endingWith(await matinee.admin.apiKeys.list(), text).map((key) =>
        named(key.id, nameApiKey(key)),
      ),
  },
  delivery: {
    noun: 'delivery',
    ways: 'its id, or the end of its id',
    byName: nothing,
    byEnding: async (matinee, idEndsWith) => {
      const { items } = await matinee.admin.outbox.list({ idEndsWith, limit });
      return items.map((delivery) => named(delivery.id, nameDelivery(delivery)));
    },
  },
  payment: {
    noun: 'payment',
    ways: 'its id, the end of its id, or the reference of its booking',
    byName: async (matinee, text) => {
      const reservations = await reservationsOf(matinee, text);
      return reservations.flatMap(({ payment, reference }) =>
        payment ? [named(payment.id, reference, true)] : [],
      );
    },
    byEnding: async (matinee, text) => {
      const payments = await unlessForbidden(matinee.admin.payments.list.all({}).toArray(newest));
      return endingWith(payments, text).map((payment) => named(payment.id, namePayment(payment)));
    },
  },
  incident: {
    noun: 'incident',
    ways: 'its id, or the end of its id',
    byName: nothing,
    byEnding: async (matinee, text) => {
      const incidents = await matinee.admin.incidents.list.all({}).toArray(newest);
      return endingWith(incidents, text).map((each) => named(each.id, nameIncident(each)));
    },
  },
  ticketType: {
    noun: 'ticket type',
    ways: 'its code, its name, its id, or the end of its id',
    byName: async (matinee, text) => {
      const types = await matinee.ticketTypes.list.all({}).toArray();
      const byCode = types.find(({ code }) => isSame(code, text));
      // A code is unique, and may be the name of another type.
      return byCode
        ? [named(byCode.id, nameTicketType(byCode), true)]
        : types
            .filter(({ code, name }) => hasPart(code, text) || hasPart(name, text))
            .map((type) => named(type.id, nameTicketType(type), isSame(type.name, text)));
    },
    byEnding: async (matinee, text) => {
      const types = await matinee.ticketTypes.list.all({}).toArray();
      return endingWith(types, text).map((type) => named(type.id, nameTicketType(type)));
    },
  },
  priceList: {
    noun: 'price list',
    ways: 'its name, its id, or the end of its id',
    byName: async (matinee, text) => {
      const lists = await matinee.priceLists.list.all({}).toArray();
      return lists
        .filter(({ name }) => hasPart(name, text))
        .map((list) => named(list.id, namePriceList(list), isSame(list.name, text)));
    },
    byEnding: async (matinee, text) => {
      const lists = await matinee.priceLists.list.all({}).toArray();
      return endingWith(lists, text).map((list) => named(list.id, namePriceList(list)));
    },
  },
  webhook: {
    noun: 'webhook',
    ways: 'its URL, its id, or the end of its id',
    byName: async (matinee, text) => {
      const webhooks = await matinee.admin.webhooks.list.all({}).toArray();
      return webhooks
        .filter(({ url }) => url?.includes(text))
        .map((webhook) => named(webhook.id, nameWebhook(webhook), webhook.url === text));
    },
    byEnding: async (matinee, text) => {
      const webhooks = await matinee.admin.webhooks.list.all({}).toArray();
      return endingWith(webhooks, text).map((webhook) => named(webhook.id, nameWebhook(webhook)));
    },
  },
};

const subjects = [single.movie, single.theater, single.showtime, single.user, single.delivery];

export const kinds: Readonly<Record<Thing, Kind>> = {
  ...single,
  subject: {
    noun: 'thing',
    ways: 'its name, its id, or the end of its id; if it was deleted, by its id',
    byName: async (matinee, text) =>
      (await Promise.all(subjects.map((kind) => kind.byName(matinee, text)))).flat(),
    byEnding: async (matinee, text) =>
      (await Promise.all(subjects.map((kind) => kind.byEnding(matinee, text)))).flat(),
  },
};

function named(id: string, name: string, isExact = false): Candidate {
  return { id, name, isExact };
}

async function nothing(): Promise<Candidate[]> {
  return [];
}

function isSame(name: string, text: string): boolean {
  return searchKey(name) === searchKey(text);
}

function hasPart(name: string, text: string): boolean {
  return searchKey(name).includes(searchKey(text));
}

function nameMovie({ title, releaseDate }: Movie): string {
  return releaseDate ? `${title} (${releaseDate.slice(0, 4)})` : title;
}

function nameTheater({ name, timezone }: Theater): string {
  return `${name} (${timezone})`;
}

function nameSite({ name, timezone }: Site): string {
  return `${name} (${timezone})`;
}

function nameApiKey({ name, ending, revokedAt }: ApiKey): string {
  return `${name} (…${ending}${revokedAt === null ? '' : ', revoked'})`;
}

function nameDelivery({ fact, consequence, state, availableAt }: Delivery): string {
  return `${fact.kind}, ${consequence}, ${state}, ${localTime(availableAt, 'UTC')} UTC`;
}

function namePayment({ amount, currency, status, createdAt }: Payment): string {
  return `${amount} ${currency}, ${status}, ${localTime(createdAt, 'UTC')} UTC`;
}

function nameIncident({ kind, openedAt }: Incident): string {
  return `${kind}, ${localTime(openedAt, 'UTC')} UTC`;
}

function nameTicketType({ code, name }: TicketType): string {
  return `${name} (${code})`;
}

function namePriceList({ name, version, currency }: PriceList): string {
  return `${name} (version ${version}, ${currency})`;
}

function nameWebhook({ url, description }: Webhook): string {
  return url ?? description ?? 'a command that listens';
}

function endingWith<Item extends { id: string }>(items: readonly Item[], text: string): Item[] {
  return items.filter(({ id }) => id.endsWith(text.toLowerCase()));
}

/** An address is compared as a whole: a part of one is no name of an account. */
async function byEmail(matinee: Matinee, text: string): Promise<Candidate[]> {
  if (!text.includes('@')) {
    return [];
  }
  const email = text.normalize('NFC').toLowerCase();
  const users = await matinee.admin.users.list.all({ email }).toArray();
  return users
    .filter((user) => user.email?.normalize('NFC').toLowerCase() === email)
    .map((user) => named(user.id, user.email ?? text, true));
}

/** Letters and digits of references. 0, O, 1 and I are not among them. */
const referencePattern = /^[2-9A-HJ-NP-Z]{8}$/i;

async function byReference(matinee: Matinee, text: string): Promise<Candidate[]> {
  const found = await reservationsOf(matinee, text);
  return found.map(({ id, reference }) => named(id, reference, true));
}

type Referred = Pick<Reservation, 'id' | 'reference' | 'payment'>;

/** One's own reservation, or that of a customer for an administrator. */
async function reservationsOf(matinee: Matinee, text: string): Promise<Referred[]> {
  if (!referencePattern.test(text)) {
    return [];
  }
  const list = matinee.reservations.list({ reference: text });
  const own = await unlessForbidden(list.then(({ items }) => items));
  return own.length > 0
    ? own
    : unlessForbidden(
        matinee.admin.reservations.list({ reference: text }).then(({ items }) => items),
      );
}

/** The items, or none for a customer; API keys have no reservations of their own. */
async function unlessForbidden<Item>(reading: Promise<Item[]>): Promise<Item[]> {
  const { isMatineeError } = await import('@matinee/sdk');
  try {
    return await reading;
  } catch (error) {
    if (isMatineeError(error) && error.code === 'FORBIDDEN') {
      return [];
    }
    throw error;
  }
}
