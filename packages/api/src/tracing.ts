import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Attributes, Span } from '@opentelemetry/api';
import { toAppError } from './funnel.ts';

/*
 * Spans of the product, through the API of OpenTelemetry alone. Without an SDK, which the operator
 * registers, a span is an empty object and the work runs as if there were none. Names and attributes
 * come from the product: no ids, no addresses, no values of a statement.
 */

interface Options {
  kind?: SpanKind;
  attributes?: Attributes;
}

/** Runs work in a span, which ends with it. A failure from 500 up marks the span with its code. */
export function inSpan<Result>(
  name: string,
  options: Options,
  work: () => Promise<Result>,
): Promise<Result> {
  // Asked for each time: an SDK may be registered after this module has been loaded.
  const span = trace.getTracer('matinee').startSpan(name, options);
  return span.isRecording() ? recorded(span, work) : work();
}

async function recorded<Result>(span: Span, work: () => Promise<Result>): Promise<Result> {
  try {
    return await context.with(trace.setSpan(context.active(), span), work);
  } catch (error) {
    const { code, status } = toAppError(error);
    span.setAttribute('error.type', code);
    if (status >= 500) {
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    throw error;
  } finally {
    span.end();
  }
}

/**
 * Runs a statement or a transaction in a span of the kind that databases have, below the span of what
 * asks for it. What the server asks by itself, each second, has none.
 */
export function inDatabaseSpan<Result>(
  summary: string,
  work: () => Promise<Result>,
): Promise<Result> {
  return trace.getActiveSpan() ? inSpan(summary, databaseSpans(summary), work) : work();
}

const known = new Map<string, Options>();

/** The same object for each summary: there are as many as statements. */
function databaseSpans(summary: string): Options {
  let options = known.get(summary);
  if (!options) {
    const attributes = { 'db.system.name': 'postgresql', 'db.query.summary': summary };
    options = { kind: SpanKind.CLIENT, attributes };
    known.set(summary, options);
  }
  return options;
}
