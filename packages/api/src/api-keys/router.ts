import { audited } from '../audit/record.ts';
import type { RequestContext } from '../context.ts';
import { route } from '../meta.ts';
import { NoInput } from '../schema.ts';
import type { UserContext } from '../service-context.ts';
import { adminProcedure } from '../trpc.ts';
import { ApiKey, ApiKeyId, ApiKeys, CreateApiKey, MadeApiKey, NewApiKey } from './schema.ts';
import { createApiKey, listApiKeys, revealKey, revokeApiKey } from './service.ts';

/** What is kept for a repetition is the seed, and not the key. */
const creation = audited<
  UserContext & Pick<RequestContext, 'idempotencyKey'>,
  CreateApiKey,
  MadeApiKey
>(MadeApiKey, ({ ctx, input }) => createApiKey(ctx, input));

export const apiKeysRouter = {
  /** API keys without their secrets, newest first. */
  list: adminProcedure
    .meta(
      route(
        'GET /admin/api-keys',
        'List API keys',
        'Newest first, without their secrets; those that have expired or were revoked too.',
      ),
    )
    .input(NoInput)
    .output(ApiKeys)
    .query(({ ctx }) => listApiKeys(ctx)),

  /** Makes an API key, which is shown once. */
  create: adminProcedure
    .meta({
      ...route(
        'POST /admin/api-keys',
        'Make an API key',
        'For a program that calls with rights of staff, at one site or at all. The response has the ' +
          'key, which is not shown again: only a digest of it is stored.',
      ),
      successStatus: 201,
      message: 'API key made.',
      refusals: ['NOT_FOUND'],
    })
    .input(CreateApiKey)
    .output(NewApiKey)
    .mutation(async (call) => revealKey(call.ctx, await creation(call))),

  /** Ends an API key from the next request on. */
  revoke: adminProcedure
    .meta({
      ...route(
        'DELETE /admin/api-keys/{apiKeyId}',
        'Revoke an API key',
        'Holds from the next request on, and cannot be taken back. What the key has done stays.',
      ),
      message: 'API key revoked.',
    })
    .input(ApiKeyId)
    .output(ApiKey)
    .mutation(
      audited(ApiKey, ({ ctx, input }) => revokeApiKey(ctx, input), { subject: 'apiKeyId' }),
    ),
};
