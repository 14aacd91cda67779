import type { Readable } from 'node:stream';

/** Decodes UTF-8, or UTF-16 with a byte order mark. Invalid bytes become U+FFFD. */
export async function* decode(source: Readable): AsyncGenerator<string> {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  /** The first bytes, until there are enough of them to recognise a mark. */
  let first = Buffer.alloc(0);
  for await (const chunk of source) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Buffer);
    if (decoder) {
      yield decoder.decode(bytes, { stream: true });
      continue;
    }
    first = Buffer.concat([first, bytes]);
    if (first.length >= 2) {
      decoder = new TextDecoder(encodingOf(first));
      yield decoder.decode(first, { stream: true });
    }
  }
  yield decoder?.decode() ?? first.toString();
}

function encodingOf(bytes: Buffer): string {
  const mark = bytes.readUInt16BE();
  return mark === 0xfffe ? 'utf-16le' : mark === 0xfeff ? 'utf-16be' : 'utf-8';
}
