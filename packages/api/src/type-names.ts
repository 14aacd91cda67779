import { z } from 'zod';

/**
 * Names for the SDK's types of schemas that have no name in the OpenAPI document. A schema that is
 * in neither is written out where it is used.
 */
export const typeNames = z.registry<{ name: string }>();
