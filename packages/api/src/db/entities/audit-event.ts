import { defineEntity, p } from '@mikro-orm/core';
import { instant } from '../columns.ts';

const AuditEventSchema = defineEntity({
  name: 'AuditEvent',
  tableName: 'audit_events',
  indexes: [
    { name: 'idx_audit_events_at', properties: ['at', 'id'] },
    { name: 'idx_audit_events_actor', properties: ['actorId', 'at'] },
    { name: 'idx_audit_events_subject', properties: ['subject', 'at'] },
    { name: 'idx_audit_events_action', properties: ['action', 'at'] },
  ],
  uniques: [{ name: 'audit_events_once_unique', properties: ['onceKey'] }],
  properties: {
    /** In the order of time: made by the application, as all ids are. */
    id: p.uuid().primary(),
    at: instant(),
    /** The procedure. */
    action: p.string().length(100),
    /** The user or the API key who did it. No foreign key: the entry outlives everything that it names. */
    actorId: p.uuid().nullable(),
    /** The id of what it was done to. */
    subject: p.string().length(100).nullable(),
    data: p.json().columnType('jsonb'),
    remoteAddress: p.string().length(45),
    /** Of refusals: only the first of its kind in a quarter of an hour is kept. */
    onceKey: p.string().length(64).nullable(),
  },
});

/** Something that an administrator did, a sign-in, or a refusal. Never changed. */
export class AuditEvent extends AuditEventSchema.class {}
AuditEventSchema.setClass(AuditEvent);
