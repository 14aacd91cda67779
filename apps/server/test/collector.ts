import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

/*
 * A small collector, and the SDK of OpenTelemetry that sends to it, registered when this module is
 * loaded.
 */

/** A span as OTLP has it in JSON, as far as it is looked at. */
export interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  status: { code?: number };
  attributes: { key: string; value: { stringValue?: string; intValue?: number } }[];
}

interface Export {
  resourceSpans: { scopeSpans: { spans: Span[] }[] }[];
}

/** Every span that has arrived, in the order of their end. */
export const received: Span[] = [];

const server = createServer((req, res) => {
  void json(req).then((body) => {
    const { resourceSpans } = body as Export;
    const scopes = resourceSpans.flatMap(({ scopeSpans }) => scopeSpans);
    received.push(...scopes.flatMap(({ spans }) => spans));
    res.setHeader('content-type', 'application/json').end('{}');
  });
});
const { promise, resolve } = Promise.withResolvers<void>();
server.listen(0, '127.0.0.1', resolve);
await promise;
const { port } = server.address() as AddressInfo;
const exporter = new OTLPTraceExporter({ url: `http://127.0.0.1:${port}/v1/traces` });
const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
provider.register();

/** Sends what has ended. */
export function flush(): Promise<void> {
  return provider.forceFlush();
}

export async function closeCollector(): Promise<void> {
  await provider.shutdown();
  server.close();
}
