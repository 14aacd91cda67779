import { defineEntity, p } from '@mikro-orm/core';
import { createdAt } from '../columns.ts';

const ZoneDataSchema = defineEntity({
  name: 'ZoneData',
  tableName: 'zone_data',
  properties: {
    /** Of the IANA database, such as `2026c`: they sort by age. */
    version: p.string().length(20).primary(),
    createdAt: createdAt(),
  },
});

/** A table of time zones that a server has computed the local times of upcoming shows with. */
export class ZoneData extends ZoneDataSchema.class {}
ZoneDataSchema.setClass(ZoneData);
