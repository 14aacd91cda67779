import { defineEntity, p } from '@mikro-orm/core';
import { createdAt, instant } from '../columns.ts';

const IdempotencyKeySchema = defineEntity({
  name: 'IdempotencyKey',
  tableName: 'idempotency_keys',
  indexes: [{ name: 'idx_idempotency_keys_created', properties: ['createdAt'] }],
  properties: {
    /** No foreign key: it is kept in a transaction of the user, and users outlive it. */
    userId: p.uuid().primary(),
    key: p.string().length(255).primary(),
    procedure: p.string().length(100),
    /** Keyed hash of the input: equal inputs are recognised, a password cannot be guessed from it. */
    fingerprint: p.string().length(64),
    /** The procedure's answer, as JSON text; null while a first request works with the key. */
    answer: p.text().nullable(),
    /** End of that request's reservation. */
    leasedUntil: instant().nullable(),
    createdAt: createdAt(),
  },
});

/** The stored success of a request that carried an `Idempotency-Key`, for 24 hours. */
export class IdempotencyKey extends IdempotencyKeySchema.class {}
IdempotencyKeySchema.setClass(IdempotencyKey);
