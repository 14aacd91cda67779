import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';

/* Codes of tickets, signed here: the SDK reads them without Node. */

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const { x = '' } = publicKey.export({ format: 'jwk' });
/** What a manifest has. */
export const keys = [{ kid: 7, publicKey: { kty: 'OKP' as const, crv: 'Ed25519' as const, x } }];
/** The keys of another cinema under the same id. */
export const otherKeys = [
  { kid: 7, publicKey: { kty: 'OKP' as const, crv: 'Ed25519' as const, x: newKey() } },
];

function newKey(): string {
  return generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }).x ?? '';
}

export const showtimeId = '01a227d8-aac3-751b-ab12-bfe951488c51';

/** A code, and what it was made of. */
export interface Made {
  code: string;
  id: string;
  reservationId: string;
  seatId: string;
}

/** A code as the documents describe it, written anew. */
export function aCode(version = 1, show: string = showtimeId): Made {
  const [reservationId, seatId] = [randomUUID(), randomUUID()];
  const hex = (id: string) => Buffer.from(id.replaceAll('-', ''), 'hex');
  const numbers = Buffer.alloc(5);
  numbers.writeUInt32BE(Date.UTC(2026, 11, 4, 19, 30) / 60_000);
  numbers.writeUInt8(version, 4);
  const content = Buffer.concat([
    Buffer.from([1, 7]),
    hex(reservationId),
    hex(seatId),
    hex(show).subarray(0, 4),
    numbers,
  ]);
  const bits = Array.from(Buffer.concat([content, sign(null, content, privateKey)]), (byte) =>
    byte.toString(2).padStart(8, '0'),
  ).join('');
  const digits = bits.padEnd(Math.ceil(bits.length / 5) * 5, '0').match(/.{5}/g) ?? [];
  const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  const code = `MT1-${digits.map((five) => alphabet[Number.parseInt(five, 2)]).join('')}`;
  const named = Buffer.concat([hex(reservationId), hex(seatId), Buffer.from([version])]);
  const id = createHash('sha256').update(named).digest().subarray(0, 12).toString('base64url');
  return { code, id, reservationId, seatId };
}
