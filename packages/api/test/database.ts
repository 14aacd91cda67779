import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { databaseUrl, onServer } from './template.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A PostgreSQL server for all tests of the run. */
    postgresUrl: string;
    /** The migrated database that tests clone. */
    templateName: string;
    /** The role that servers run with; its password is its name. */
    serverRole: string;
  }
}

/** A database of a test file's own: migrated, empty, dropped at the end. */
export interface TestDatabase {
  /** As its owner. */
  url: string;
  drop(): Promise<void>;
}

/** Clones the template. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = inject('postgresUrl');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await onServer(serverUrl, (client) =>
    client.query(`create database ${name} template ${inject('templateName')}`),
  );
  return {
    url: databaseUrl(serverUrl, name),
    drop: async () => {
      await onServer(serverUrl, (client) =>
        client.query(`drop database if exists ${name} with (force)`),
      );
    },
  };
}
