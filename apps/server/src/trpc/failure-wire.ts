import { appRouter, toTrpcError } from '@matinee/api';
import type { AppError, RequestContext } from '@matinee/api';
import { getTRPCErrorShape } from '@trpc/server';

const config = appRouter._def._config;

/** A failure as tRPC's wire has it, serialized: what stands behind `error`, or in a stream's event. */
export function failureWire(failure: AppError, path: string, ctx: RequestContext): string {
  const shape = getTRPCErrorShape({
    config,
    error: toTrpcError(failure),
    type: 'unknown',
    path,
    input: undefined,
    ctx,
  });
  return JSON.stringify(config.transformer.output.serialize(shape));
}
