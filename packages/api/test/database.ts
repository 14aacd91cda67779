import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { databaseUrl, onServer, templateName } from './template.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A PostgreSQL server with the migrated template database that tests clone. */
    postgresUrl: string;
  }
}

/** A database of a test file's own: migrated, empty, dropped at the end. */
export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

/** Clones the template. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = inject('postgresUrl');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await onServer(serverUrl, (client) =>
    client.query(`create database ${name} template ${templateName}`),
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
