/*
 * Everything that tests of the product and of its hosts share: `@matinee/api/testing`, from the
 * sources only.
 */
export * from './app.ts';
export * from './authenticator.ts';
export * from './builders.ts';
export * from './database.ts';
export * from './door.ts';
export * from './fake-provider.ts';
export * from './invariants.ts';
export * from './links.ts';
export * from './memory-store.ts';
export * from './sale.ts';
export * from './releases/record.ts';
export * from './releases/release.ts';
export * from './search-catalogue.ts';
export * from './search-queries.ts';
export * from './template.ts';
export { phoneCodeOf } from '../src/auth/phone.ts';
export { stepAt, totpCode } from '../src/auth/totp.ts';
export * from './webhook-receiver.ts';
