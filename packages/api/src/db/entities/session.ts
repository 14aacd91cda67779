import { defineEntity, p } from '@mikro-orm/core';
import { createdAt, id, instant } from '../columns.ts';
import { User } from './user.ts';

const SessionSchema = defineEntity({
  name: 'Session',
  tableName: 'sessions',
  indexes: [{ name: 'idx_sessions_expires', properties: ['expiresAt'] }],
  properties: {
    id: id(),
    user: () =>
      p
        .manyToOne(User)
        .deleteRule('cascade')
        .updateRule('no action')
        .index('idx_sessions_user')
        .foreignKeyName('sessions_user_fk'),
    expiresAt: instant(),
    /** What the client called itself when it signed in. */
    userAgent: p.string().length(255).nullable(),
    /** Of a call or a renewal, with a delay of some minutes; null: not since it was opened. */
    lastUsedAt: instant().nullable(),
    /** How often it was renewed: only the newest refresh token is about this number. */
    generation: p.integer().default(0),
    /** When it was renewed last, newest first, in milliseconds since 1970. */
    renewals: p.json().columnType('jsonb').default('[]'),
    createdAt: createdAt(),
  },
});

/** One sign-in. A token is good for as long as the row of its session is there. */
export class Session extends SessionSchema.class {}
SessionSchema.setClass(Session);
