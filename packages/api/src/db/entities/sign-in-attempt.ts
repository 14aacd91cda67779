import { defineEntity, p } from '@mikro-orm/core';
import { instant } from '../columns.ts';

const SignInAttemptSchema = defineEntity({
  name: 'SignInAttempt',
  tableName: 'sign_in_attempts',
  indexes: [{ name: 'idx_sign_in_attempts_key', properties: ['key', 'at'] }],
  properties: {
    /** The attempt, which is counted under several keys. */
    id: p.uuid().primary(),
    /** Hash of an account, or of an account and a client. */
    key: p.string().length(64).primary(),
    at: instant(),
  },
});

/** A password that was compared and did not fit, or is being compared. */
export class SignInAttempt extends SignInAttemptSchema.class {}
SignInAttemptSchema.setClass(SignInAttempt);
