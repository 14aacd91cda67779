export { Door, type DoorOptions, type Synced } from './door.ts';
export type { DoorStorage, QueuedScan } from './memory.ts';
export { readTicketCode, type TicketCode, ticketIdOf } from './ticket-code.ts';
export type { Verdict } from './verdict.ts';
