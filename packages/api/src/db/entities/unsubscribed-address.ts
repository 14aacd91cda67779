import { defineEntity, p } from '@mikro-orm/core';
import { instant } from '../columns.ts';

const UnsubscribedAddressSchema = defineEntity({
  name: 'UnsubscribedAddress',
  tableName: 'unsubscribed_addresses',
  properties: {
    /** In small letters; of an account, or the contact of a reservation. */
    address: p.string().length(255).primary(),
    unsubscribedAt: instant(),
  },
});

/** An address that wants no reminders and no news of what guests book with it. */
export class UnsubscribedAddress extends UnsubscribedAddressSchema.class {}
UnsubscribedAddressSchema.setClass(UnsubscribedAddress);
