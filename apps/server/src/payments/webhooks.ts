import {
  ProviderError,
  receiveEvent,
  RequestError,
  UnavailableError,
  ValidationError,
  WebhookRefused,
} from '@matinee/api';
import type { App, ProviderName } from '@matinee/api';
import express from 'express';
import type { ErrorRequestHandler, Request, Response, Router } from 'express';

/** Messages are a few kilobytes. */
const longestBody = '256kb';

/** Messages that are being verified; one provider is asked over the network for it. */
const mostAtATime = 20;

/**
 * `/webhooks/{provider}`: messages of the payment providers that are configured, as raw bodies, because
 * the signature is one of the bytes. The answer comes when the message is kept; what follows from it
 * does not keep the provider waiting.
 */
export function providerWebhooks(app: App): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  const raw = express.raw({ type: () => true, limit: longestBody });
  for (const name of app.payments.names) {
    router.post(`/${name}`, raw, receiver(app, name));
  }
  router.use(refuseUnread);
  return router;
}

// oxlint-disable-next-line max-params -- what Express tells an error handler by
const refuseUnread: ErrorRequestHandler = (error, _req, _res, next) => {
  next(unreadOf(error) ?? error);
};

/** What a caller is told of a body that Express could not read: too long, encoded, or cut off. */
function unreadOf(error: unknown): Error | undefined {
  switch (error instanceof Error && 'status' in error ? error.status : undefined) {
    case 413:
      return new RequestError('PAYLOAD_TOO_LARGE');
    case 415:
      return new RequestError('UNSUPPORTED_MEDIA_TYPE');
    case 400:
      return new ValidationError([], { message: 'The body cannot be read.' });
    default:
      return undefined;
  }
}

function receiver(app: App, name: ProviderName) {
  let verifying = 0;
  return async (req: Request, res: Response): Promise<void> => {
    if (verifying >= mostAtATime) {
      throw new UnavailableError('Too many messages of providers.');
    }
    verifying += 1;
    try {
      const body: unknown = req.body;
      await receiveEvent(app, name, {
        body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
        headers: headersOf(req),
      });
    } catch (error) {
      throw refusalOf(error);
    } finally {
      verifying -= 1;
    }
    res.json({ received: true });
  };
}

function headersOf({ headers }: Request): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join() : value,
    ]),
  );
}

/** A provider sends again what was not accepted, for days. */
function refusalOf(error: unknown): unknown {
  if (error instanceof WebhookRefused) {
    return new ValidationError([], { message: error.message, cause: error });
  }
  return error instanceof ProviderError ? new UnavailableError(error) : error;
}
