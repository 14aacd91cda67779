import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import S3rver from 's3rver';
import { DiskStore } from '../src/posters/store-disk.ts';
import { S3Store } from '../src/posters/store-s3.ts';
import type { Bucket, Patience } from '../src/posters/store-s3.ts';
import type { PosterStore } from '../src/posters/store.ts';

/** A store of posters for a test, and what lies behind it. */
export interface TestStore {
  store: PosterStore;
  /** Everything that is kept, by name. */
  names(): Promise<string[]>;
  read(name: string): Promise<Buffer>;
  /** Changes what is kept, past the store. */
  damage(name: string, bytes: Buffer): Promise<void>;
  /** Lets a file be so old. */
  age(name: string, minutes: number): Promise<void>;
  close(): Promise<void>;
}

export const quietLog = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };

/** Keys that s3rver knows. */
export const keys = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };

/** The stores that a test runs on. */
export const testStores: [string, () => Promise<TestStore>][] = [
  ['a folder', startFolder],
  ['a bucket', startBucket],
];

export async function startFolder(): Promise<TestStore> {
  const folder = await mkdtemp(path.join(tmpdir(), 'matinee-posters-'));
  return {
    store: new DiskStore(folder),
    ...filesIn(folder, (name) => name),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

export async function startBucket(): Promise<TestStore & { endpoint: string }> {
  const directory = await mkdtemp(path.join(tmpdir(), 'matinee-s3-'));
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    vhostBuckets: false,
    configureBuckets: [{ name: 'shop' }],
  });
  const { port } = await server.run();
  const endpoint = `http://127.0.0.1:${port}`;
  // Where s3rver keeps the bytes of an object.
  const folder = path.join(directory, 'shop', 'posters');
  return {
    endpoint,
    store: aBucket({ endpoint }),
    ...filesIn(folder, (name) => `${name}._S3rver_object`),
    close: async () => {
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The store of the bucket `shop` of a server. */
export function aBucket(
  bucket: Partial<Bucket> & Pick<Bucket, 'endpoint'>,
  patience: Patience = { partMs: 5_000, putMs: 5_000, pauseMs: 1 },
): S3Store {
  return new S3Store({ name: 'shop', region: 'us-east-1', ...keys, ...bucket }, quietLog, patience);
}

function filesIn(folder: string, fileOf: (name: string) => string) {
  const pathOf = (name: string) => path.join(folder, fileOf(name));
  const suffix = fileOf('');
  return {
    names: async () => {
      const files = await readdir(folder).catch(() => []);
      const own = files.filter((file) => file.endsWith(suffix));
      return own.map((file) => file.slice(0, file.length - suffix.length)).toSorted();
    },
    read: (name: string) => readFile(pathOf(name)),
    damage: (name: string, bytes: Buffer) => writeFile(pathOf(name), bytes),
    age: async (name: string, minutes: number) => {
      const then = Date.now() / 1_000 - minutes * 60;
      await utimes(pathOf(name), then, then);
    },
  };
}
