import { z } from 'zod';
import { rights } from '../auth/rights.ts';
import { idOf, Instant, InstantInput, outputIdOf, outputText, text } from '../schema.ts';

const Scope = z.enum(rights);

const scopesDescription =
  'What the key may do: `manage`: the schedule, prices and reports; `sell`: the desk and ' +
  'cancellations; `read`: reservations; `check_in`: the door.';

export const CreateApiKey = z.strictObject({
  name: text(100).meta({ description: 'What the key is for.', examples: ['Kiosk in the foyer'] }),
  scopes: z
    .array(Scope)
    .min(1)
    .max(rights.length)
    .refine((scopes) => new Set(scopes).size === scopes.length, {
      message: 'must not name a scope twice',
    })
    .meta({ description: scopesDescription }),
  siteId: idOf('site')
    .meta({ description: 'The site at which the key has its scopes; left out: all sites.' })
    .optional(),
  expiresAt: InstantInput.meta({
    description: 'When the key ends; left out: when it is revoked.',
  }).optional(),
});
export type CreateApiKey = z.infer<typeof CreateApiKey>;

export const ApiKeyId = z.strictObject({ apiKeyId: idOf('API key') });
export type ApiKeyId = z.infer<typeof ApiKeyId>;

/** A new key, as it is kept for a repetition: the key itself is made from the seed. */
export const MadeApiKey = z.object({ id: z.string(), seed: z.string() });
export type MadeApiKey = z.infer<typeof MadeApiKey>;

export const NewApiKey = z
  .object({
    id: outputIdOf('API key'),
    key: z.string().meta({
      description: 'The key, which is not shown again. Send it as `Authorization: Bearer`.',
    }),
  })
  .meta({ id: 'NewApiKey' });
export type NewApiKey = z.infer<typeof NewApiKey>;

/** An API key without its secret. */
export const ApiKey = z
  .object({
    id: outputIdOf('API key'),
    name: outputText('What the key is for.'),
    ending: outputText('The last six characters of the key.'),
    scopes: z.array(Scope).meta({ description: scopesDescription }),
    siteId: outputIdOf('site').nullable().meta({
      description: 'The site at which the key has its scopes; `null`: all sites.',
    }),
    createdBy: z
      .object({ id: outputIdOf('user'), email: outputText('The e-mail address.') })
      .nullable()
      .meta({ description: 'Who made the key; `null` when the account is gone.' }),
    createdAt: Instant.meta({ description: 'When the key was made.' }),
    expiresAt: Instant.nullable().meta({ description: 'When the key ends; `null`: never.' }),
    lastUsedAt: Instant.nullable().meta({
      description: 'When the key was used, to the minute; `null`: never.',
    }),
    revokedAt: Instant.nullable().meta({
      description: 'When the key was revoked; `null` while it is not.',
    }),
  })
  .meta({ id: 'ApiKey' });
export type ApiKey = z.infer<typeof ApiKey>;

export const ApiKeys = z.array(ApiKey).meta({ id: 'ApiKeys' });
export type ApiKeys = z.infer<typeof ApiKeys>;
