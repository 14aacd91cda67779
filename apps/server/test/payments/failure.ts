import type { ProviderError } from '@matinee/api';
import { expect } from 'vitest';

/** Matches a `ProviderError`. */
export function failure(kind: ProviderError['kind'], message: RegExp): unknown {
  const matching: unknown = expect.stringMatching(message);
  return expect.objectContaining({ name: 'ProviderError', kind, message: matching });
}
