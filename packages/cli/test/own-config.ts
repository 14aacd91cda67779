import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, vi } from 'vitest';

/** A separate folder for the profiles and doors of a test file. Those of the user stay untouched. */
export function useOwnConfig(): { readonly folder: string } {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'matinee-cli-'));
    vi.stubEnv('XDG_CONFIG_HOME', folder);
    vi.stubEnv('XDG_DATA_HOME', join(folder, 'data'));
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
  return {
    get folder() {
      return folder;
    },
  };
}
