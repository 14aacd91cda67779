/*
 * Everything that tests of the product and of its hosts share: `@matinee/api/testing`, from the
 * sources only.
 */
export * from './app.ts';
export * from './builders.ts';
export * from './database.ts';
export * from './invariants.ts';
export * from './template.ts';
