import { TRPCError } from '@trpc/server';
import { ZodError } from 'zod';
import { databaseError } from './db/constraints.ts';
import {
  AppError,
  AuthenticationError,
  ForbiddenError,
  InternalError,
  NotFoundError,
  RequestError,
  ValidationError,
} from './errors.ts';
import { issuesOf } from './issues.ts';

/** tRPC's own code for each HTTP status. */
const trpcCodes: Record<number, TRPCError['code']> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  402: 'PAYMENT_REQUIRED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_SUPPORTED',
  409: 'CONFLICT',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  422: 'UNPROCESSABLE_CONTENT',
  429: 'TOO_MANY_REQUESTS',
  500: 'INTERNAL_SERVER_ERROR',
  503: 'SERVICE_UNAVAILABLE',
};

/** Turns whatever was thrown into a failure of the closed list. The only place that decides it. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) {
    return thrown;
  }
  if (thrown instanceof TRPCError) {
    if (thrown.cause instanceof AppError) {
      return thrown.cause;
    }
    return ofTrpc(thrown) ?? databaseError(thrown) ?? new InternalError(thrown.cause ?? thrown);
  }
  return databaseError(thrown) ?? new InternalError(thrown);
}

/** Wraps a failure as tRPC carries it; the formatter reads its cause. */
export function toTrpcError(error: AppError): TRPCError {
  const code = trpcCodes[error.status] ?? 'INTERNAL_SERVER_ERROR';
  return new TRPCError({ code, message: error.message, cause: error });
}

function ofTrpc(error: TRPCError): AppError | undefined {
  switch (error.code) {
    case 'BAD_REQUEST':
    case 'PARSE_ERROR':
      return error.cause instanceof ZodError
        ? new ValidationError(issuesOf(error.cause), { cause: error.cause })
        : new ValidationError([], { message: 'The request cannot be read.', cause: error });
    case 'UNAUTHORIZED':
      return new AuthenticationError('AUTHENTICATION_REQUIRED');
    case 'FORBIDDEN':
      return new ForbiddenError();
    case 'NOT_FOUND':
      return new NotFoundError('No procedure with this name.');
    case 'METHOD_NOT_SUPPORTED':
      return new RequestError('METHOD_NOT_ALLOWED');
    case 'PAYLOAD_TOO_LARGE':
      return new RequestError('PAYLOAD_TOO_LARGE');
    case 'UNSUPPORTED_MEDIA_TYPE':
      return new RequestError('UNSUPPORTED_MEDIA_TYPE');
    default:
      return undefined;
  }
}
