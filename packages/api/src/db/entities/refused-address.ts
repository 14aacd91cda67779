import { defineEntity, p } from '@mikro-orm/core';
import { instant } from '../columns.ts';

const RefusedAddressSchema = defineEntity({
  name: 'RefusedAddress',
  tableName: 'refused_addresses',
  properties: {
    /** In small letters; of an account, or the contact of a reservation. */
    address: p.string().length(255).primary(),
    refusedAt: instant(),
    /** What the mail server reported. */
    refusal: p.string().length(500),
  },
});

/** An address whose mail server has refused a mail for good, and has accepted none since. */
export class RefusedAddress extends RefusedAddressSchema.class {}
RefusedAddressSchema.setClass(RefusedAddress);
