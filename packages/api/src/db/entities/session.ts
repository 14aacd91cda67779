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
    createdAt: createdAt(),
  },
});

/** One sign-in. A token is good for as long as the row of its session is there. */
export class Session extends SessionSchema.class {}
SessionSchema.setClass(Session);
