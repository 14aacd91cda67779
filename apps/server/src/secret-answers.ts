/**
 * Procedures whose answers may have a secret: a token, a code, a key, a link that signs in. They are never
 * compressed. The length of a compressed body shows whether a text of the request, which an attacker may have
 * chosen, repeats a part of the secret beside it (BREACH).
 */
const issuers = [
  'auth.',
  'admin.apiKeys.',
  'admin.webhooks.',
  'admin.users.requestPasswordReset',
  'payments.',
];

export function hasSecret(procedure: string): boolean {
  return issuers.some((issuer) => procedure.startsWith(issuer));
}
