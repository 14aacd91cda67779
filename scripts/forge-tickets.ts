import { createPublicKey, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { readCode, signCode, tamperedCodes } from '@matinee/api/testing';

/*
 * Codes of tickets that were forged, read by the product:
 *
 *   npm run forge-tickets [-- --codes N]
 *
 * Bits of genuine codes are turned, genuine parts are put together anew, and codes are signed with other
 * keys. Ends with 1 when one of them is accepted, or a genuine one is not.
 */

const { values } = parseArgs({ options: { codes: { type: 'string', default: '100000' } } });
const wanted = Number(values.codes);
if (!Number.isInteger(wanted) || wanted < 100) {
  throw new Error('--codes takes a whole number from 100 on');
}

const own = generateKeyPairSync('ed25519').privateKey;
const publicKey = createPublicKey(own);
const keyOf = async (kid: number) => (kid === 1 ? publicKey : undefined);

const aTicket = (privateKey = own, kid = 1) =>
  signCode(
    {
      reservationId: randomUUID(),
      seatId: randomUUID(),
      showtimeId: randomUUID(),
      startTime: new Date(),
      version: 1,
    },
    { kid, privateKey },
  );

/** Each makes one forgery out of two genuine codes. */
const forgeries: Readonly<Record<string, (one: string, other: string) => string>> = {
  'the content of one ticket, the signature of another': (one, other) =>
    one.slice(0, 72) + other.slice(72),
  'another key under our id': () => aTicket(generateKeyPairSync('ed25519').privateKey),
  'our key under another id': () => aTicket(own, 2 + (randomBytes(1).readUInt8() % 254)),
  'letters changed': (one) => {
    const letters = Array.from(one);
    const at = 4 + (randomBytes(2).readUInt16BE() % 172);
    letters[at] = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'.replace(letters[at] ?? '', '').charAt(at % 31);
    return letters.join('');
  },
};

let accepted = 0;
const began = performance.now();
const genuine = Array.from({ length: 10 }, () => aTicket());
for (const code of genuine) {
  if (!(await readCode(code, keyOf))) {
    throw new Error('A genuine code was refused.');
  }
}
const share = Math.floor(wanted / 5);
const bits = tamperedCodes(genuine[0] ?? '', wanted - 4 * share);
accepted += await countAccepted('bits turned', bits);
for (const [name, forge] of Object.entries(forgeries)) {
  const codes = Array.from({ length: share }, (_, index) =>
    forge(genuine[index % 10] ?? '', genuine[(index + 1) % 10] ?? ''),
  );
  accepted += await countAccepted(name, codes);
}
const seconds = ((performance.now() - began) / 1_000).toFixed(1);
process.stdout.write(`${wanted} forged codes in ${seconds} s: ${accepted} accepted\n`);
process.exitCode = accepted === 0 ? 0 : 1;

async function countAccepted(name: string, codes: readonly string[]): Promise<number> {
  let count = 0;
  for (const code of codes) {
    count += (await readCode(code, keyOf)) ? 1 : 0;
  }
  process.stdout.write(`${name}: ${codes.length} codes, ${count} accepted\n`);
  return count;
}
