export { signWebhook, type NewWebhookMessage } from './sign.ts';
export {
  verifyWebhook,
  WebhookVerificationError,
  type ReceivedWebhook,
  type VerifyOptions,
  type WebhookHeaders,
  type WebhookProblem,
} from './verify.ts';
export type * from './events.ts';
