import type { Log } from '@matinee/api';
import type { Environment } from '../environment.ts';
import { DiskStore } from './store-disk.ts';
import { S3Store } from './store-s3.ts';
import type { PosterStore } from './store.ts';

/** The store that the environment names. */
export function openPosterStore(environment: Environment, log: Log): PosterStore {
  const { POSTER_STORE, S3_ENDPOINT, S3_BUCKET, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY } =
    environment;
  if (POSTER_STORE === 'disk') {
    return new DiskStore(environment.UPLOAD_DIR);
  }
  if (!S3_ENDPOINT || !S3_BUCKET || !S3_ACCESS_KEY_ID || !S3_SECRET_ACCESS_KEY) {
    throw new Error('The settings of the bucket are not complete.');
  }
  const keys = { accessKeyId: S3_ACCESS_KEY_ID, secretAccessKey: S3_SECRET_ACCESS_KEY };
  const bucket = { endpoint: S3_ENDPOINT, name: S3_BUCKET, region: environment.S3_REGION };
  return new S3Store({ ...bucket, ...keys }, log);
}
