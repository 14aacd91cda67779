import { Refused } from './stripe-objects.ts';

/* Parameters of a form-encoded request, as a parser of nested keys gives them. */

export type Params = Readonly<Record<string, unknown>>;

/** @throws Refused for a parameter that the endpoint does not have */
export function refuseUnknown(params: Params, known: readonly string[]): void {
  // These say who asks.
  const named = Object.keys(params).filter((name) => name !== 'key' && name !== 'client_secret');
  const unknown = named.find((name) => !known.includes(name));
  if (unknown === 'payment_method_types') {
    const message = 'payment_method_types can no longer be set: use allowed_payment_method_types.';
    throw Refused.invalid('payment_method_types_no_longer_supported', message, unknown);
  }
  if (unknown !== undefined) {
    const message = `Received unknown parameter: ${unknown}`;
    throw Refused.invalid('parameter_unknown', message, unknown);
  }
}

export function textOf(params: Params, name: string): string | null {
  const value = params[name];
  return typeof value === 'string' ? value : null;
}

/** @throws Refused */
export function requiredText(params: Params, name: string): string {
  const value = textOf(params, name);
  if (value === null || value === '') {
    throw Refused.invalid('parameter_missing', `Missing required param: ${name}.`, name);
  }
  return value;
}

/** @throws Refused for anything but a whole number that is positive */
export function countOf(params: Params, name: string): number | null {
  const value = textOf(params, name);
  if (value !== null && !/^[1-9]\d*$/.test(value)) {
    throw Refused.invalid('parameter_invalid_integer', `Invalid integer: ${value}`, name);
  }
  return value === null ? null : Number(value);
}

export function listOf(params: Params, name: string): string[] {
  const value = params[name];
  return Array.isArray(value) ? value.map(String) : [];
}

/** The texts of a nested parameter, such as `metadata[paymentId]`. */
export function fieldsOf(params: Params, name: string): Record<string, string> {
  const value = params[name];
  const fields = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(fields.map(([key, text]) => [key, String(text)]));
}
