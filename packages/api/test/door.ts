import { createHash, randomUUID } from 'node:crypto';
import type { App } from '../src/app.ts';
import type { Scan } from '../src/check-ins/schema.ts';
import { defaultSite } from '../src/db/entities/theater.ts';
import { fromBase32, toBase32 } from '../src/tickets/base32.ts';
import type { Ticket } from '../src/tickets/schema.ts';
import { anAdmin, aShowtime, aUser, minutes } from './builders.ts';
import type { Person, Scene, ShowtimeOptions } from './builders.ts';

/** A show that is about to begin, and somebody with tickets for its first seats. */
export interface DoorScene extends Scene {
  customer: Person;
  /** At the door of the default site. */
  gate: Person;
  showtimeId: string;
  reservationId: string;
  reference: string;
  tickets: Ticket[];
}

/** Somebody at a site's door. */
export async function aGate(app: App, siteId: string = defaultSite): Promise<Person> {
  const gate = await aUser(app);
  const admin = await anAdmin(app);
  await admin.call.admin.staff.grant({ userId: gate.id, siteId, role: 'gate' });
  return gate;
}

/** @param places how many of the show's first seats are bought */
export async function aDoor(
  app: App,
  { places = 2, ...options }: ShowtimeOptions & { places?: number } = {},
): Promise<DoorScene> {
  const scene = await aShowtime(app, { startsIn: minutes(20), ...options });
  const customer = await aUser(app);
  const showtimeId = scene.showtime.id;
  const wanted = { showtimeId, seatIds: scene.seatIds.slice(0, places) };
  await customer.call.showtimes.lockSeats(wanted);
  const { id: reservationId, reference } = await customer.call.reservations.create(wanted);
  const tickets = await customer.call.tickets.list({ reservationId });
  const gate = await aGate(app);
  return { ...scene, customer, gate, showtimeId, reservationId, reference, tickets };
}

/** A scan by a device of its own. */
export function aScan(code: string, changes: Partial<Scan> = {}): Scan {
  const once = randomUUID();
  return { code, deviceId: `device-${once}`, nonce: once, type: 'entry', force: false, ...changes };
}

export { readCode, signCode } from '../src/tickets/code.ts';

/** Forms of a code with some of its bits turned, deterministic for a number of them. */
export function tamperedCodes(genuine: string, count: number): string[] {
  const bytes = fromBase32(genuine.slice(4)) ?? Buffer.alloc(0);
  return Array.from({ length: count }, (_, index) => {
    const random = createHash('sha256').update(`tampered ${index}`).digest();
    const tampered = Buffer.from(bytes);
    const turned = 1 + (index % 3);
    for (let turn = 0; turn < turned; turn += 1) {
      const bit = random.readUInt32BE(turn * 4) % (bytes.length * 8);
      tampered.writeUInt8(tampered.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    }
    return tampered.equals(bytes) ? `${genuine}0` : `MT1-${toBase32(tampered)}`;
  });
}
