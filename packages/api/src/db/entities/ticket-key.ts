import { defineEntity, p } from '@mikro-orm/core';
import { createdAt, instant } from '../columns.ts';

const TicketKeySchema = defineEntity({
  name: 'TicketKey',
  tableName: 'ticket_keys',
  checks: [{ name: 'ticket_keys_kid_is_byte', expression: 'kid >= 1 and kid <= 255' }],
  properties: {
    /** In every code that it signs. */
    kid: p.smallint().primary().autoincrement(false),
    /** 32 bytes in base64url. */
    publicKey: p.character().length(43),
    /** Of the key that development makes for itself; null where `TICKET_KEYS` has the private keys. */
    seed: p.character().length(43).nullable(),
    /** From then on its codes are not accepted. */
    retiredAt: instant().nullable(),
    createdAt: createdAt(),
  },
});

/** A key that tickets are signed with, as far as doors need it. */
export class TicketKey extends TicketKeySchema.class {}
TicketKeySchema.setClass(TicketKey);
