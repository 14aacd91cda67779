import { createPrivateKey, createPublicKey, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Config } from '../config.ts';
import { inTransaction, query, queryOne, statement } from '../db/query.ts';
import type { Database } from '../db/query.ts';
import { noSuch } from '../errors.ts';
import type { SigningKey } from './code.ts';

/** A key of `TICKET_KEYS`. */
export interface TicketSeed {
  /** 1 to 255. */
  kid: number;
  /** 32 random bytes in base64url. */
  seed: string;
}

/** A public key, as doors load it. */
export interface PublicTicketKey {
  kid: number;
  /** The 32 bytes in base64url: `x` of its JWK. */
  x: string;
}

/** What a private and a public Ed25519 key are wrapped in (RFC 8410). */
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/** How often an id that is not known makes this server look for new keys. */
const reloadMs = 5_000;
/** How long a key that was retired elsewhere is accepted here. */
const retiredMs = 60_000;

/** Of the key that development makes; ids of `TICKET_KEYS` begin at the other end. */
const developmentKid = 255;

const keysTable = statement(`select to_regclass('ticket_keys') is not null as "isThere"`, {
  isThere: 'bool',
});

const acceptedKeys = statement(
  'select kid::int as kid, public_key as x from ticket_keys where retired_at is null order by kid',
  { kid: 'int', x: 'text' },
);

/** A key that is named again is accepted again. */
const keepKey = statement(
  `insert into ticket_keys as k (kid, public_key) values ($1, $2)
   on conflict (kid) do update set retired_at = null where k.public_key = excluded.public_key
   returning kid::int as kid`,
  { kid: 'int' },
);

/** Older than the key that signs: a server with the settings of before retires no newer key. */
const retireOthers = statement(
  `update ticket_keys set retired_at = clock_timestamp()
   where retired_at is null and not kid = any($2) and created_at < (
     select created_at from ticket_keys where kid = $1)
   returning kid::int as kid`,
  { kid: 'int' },
);

const makeDevelopmentKey = statement(
  `insert into ticket_keys as k (kid, public_key, seed) values ($1, $2, $3)
   on conflict (kid) do update set retired_at = null where k.seed is not null`,
);

const developmentKey = statement(
  `select kid::int as kid, coalesce(seed, '') as seed from ticket_keys where seed is not null`,
  { kid: 'int', seed: 'text' },
);

/**
 * The keys that tickets are signed with. Private ones come from the configuration; `ticket_keys` has the
 * public ones, so that every server accepts what another has signed. Without any, development makes one
 * for itself in the database, and production has no tickets.
 */
export class TicketKeys {
  readonly #seeds: readonly TicketSeed[];
  readonly isOn: boolean;
  #signing: SigningKey | undefined;
  #accepted = new Map<number, { key: KeyObject; x: string }>();
  #loadedAt = -Infinity;

  constructor({ ticketKeys, environment }: Pick<Config, 'ticketKeys' | 'environment'>) {
    this.#seeds = ticketKeys;
    this.isOn = ticketKeys.length > 0 || environment !== 'production';
  }

  /**
   * Called once, before anything else: registers the keys of the configuration, and retires those that
   * it no longer names. A database whose migrations are pending has none.
   *
   * @throws Error when an id belongs to another key
   */
  async prepare(db: Database): Promise<void> {
    if (this.isOn && (await queryOne(db, keysTable)).isThere) {
      const [first] = this.#seeds;
      this.#signing = await (first ? this.#register(db, first) : makeOwn(db));
    }
  }

  /** The key that signs. @throws NotFoundError where there are no tickets */
  get signing(): SigningKey {
    if (!this.#signing) {
      throw noSuch('ticket');
    }
    return this.#signing;
  }

  /** @throws NotFoundError where there are no tickets */
  assertOn(): void {
    void this.signing;
  }

  /** A key whose signatures are accepted; undefined when there is none with this id. */
  async accepted(db: Database, kid: number): Promise<KeyObject | undefined> {
    const known = this.#accepted.get(kid);
    if (performance.now() - this.#loadedAt < (known ? retiredMs : reloadMs)) {
      return known?.key;
    }
    await this.list(db);
    return this.#accepted.get(kid)?.key;
  }

  /** All keys whose signatures are accepted, by id. @throws NotFoundError where there are no tickets */
  async list(db: Database): Promise<PublicTicketKey[]> {
    this.assertOn();
    const keys = await query(db, acceptedKeys);
    this.#accepted = new Map(
      keys.map(({ kid, x }) => {
        const known = this.#accepted.get(kid);
        return [kid, known?.x === x ? known : { x, key: publicKeyOf(x) }];
      }),
    );
    this.#loadedAt = performance.now();
    return keys;
  }

  async #register(db: Database, { kid, seed }: TicketSeed): Promise<SigningKey> {
    await inTransaction(db, async (tx) => {
      for (const named of this.#seeds) {
        const kept = await query(tx, keepKey, [named.kid, publicTextOf(privateKeyOf(named.seed))]);
        if (kept.length === 0) {
          throw new Error(`TICKET_KEYS: ${named.kid} is the id of another key; take a new one`);
        }
      }
      await query(tx, retireOthers, [kid, this.#seeds.map((named) => named.kid)]);
    });
    return { kid, privateKey: privateKeyOf(seed) };
  }
}

/** The key of a development database; of servers that start at the same moment, one makes it. */
async function makeOwn(db: Database): Promise<SigningKey> {
  const seed = randomBytes(32).toString('base64url');
  const values = [developmentKid, publicTextOf(privateKeyOf(seed)), seed];
  await query(db, makeDevelopmentKey, values);
  const kept = await queryOne(db, developmentKey);
  return { kid: kept.kid, privateKey: privateKeyOf(kept.seed) };
}

function privateKeyOf(seed: string): KeyObject {
  const key = Buffer.concat([privatePrefix, Buffer.from(seed, 'base64url')]);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}

function publicKeyOf(x: string): KeyObject {
  const key = Buffer.concat([publicPrefix, Buffer.from(x, 'base64url')]);
  return createPublicKey({ key, format: 'der', type: 'spki' });
}

/** The 32 bytes of the public key in base64url. */
function publicTextOf(key: KeyObject): string {
  return String(createPublicKey(key).export({ format: 'jwk' }).x);
}
