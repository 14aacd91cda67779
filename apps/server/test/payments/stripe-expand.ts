import { pageOf } from './stripe-lists.ts';
import type { StripeState } from './stripe-state.ts';

/** A copy of an object in which the ids at these paths are replaced by the objects themselves. */
export function expanded(state: StripeState, object: object, paths: readonly string[]): object {
  const copy = structuredClone(object);
  for (const path of paths) {
    expandAt(state, copy, path.split('.'));
  }
  return copy;
}

function expandAt(state: StripeState, object: unknown, [name, ...rest]: string[]): void {
  if (name === undefined || typeof object !== 'object' || object === null) {
    return;
  }
  if (Array.isArray(object)) {
    object.forEach((each) => expandAt(state, each, [name, ...rest]));
    return;
  }
  const value = valueAt(state, object, name);
  if (value !== undefined) {
    Object.assign(object, { [name]: value });
    expandAt(state, value, rest);
  }
}

/** A charge has no `refunds` until they are expanded; then it has the ten newest. */
function valueAt(state: StripeState, object: object, name: string): unknown {
  const { object: kind, id, [name]: value }: Record<string, unknown> = { ...object };
  if (kind === 'charge' && name === 'refunds' && value === undefined) {
    const made = state.refunds.filter(({ charge }) => charge === id);
    return structuredClone(pageOf(made, { url: `/v1/charges/${String(id)}/refunds` }));
  }
  return typeof value === 'string' ? structuredClone(state.find(value)) : value;
}
