import type { Readable } from 'node:stream';

/** Decodes UTF-8 or UTF-16, which need no byte order mark. Invalid bytes become U+FFFD. */
export async function* decode(source: Readable): AsyncGenerator<string> {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  /** The first bytes, until there are enough of them to recognise the encoding. */
  let first = Buffer.alloc(0);
  for await (const chunk of source) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Buffer);
    if (decoder) {
      yield decoder.decode(bytes, { stream: true });
      continue;
    }
    first = Buffer.concat([first, bytes]);
    if (first.length >= recognisable) {
      decoder = new TextDecoder(encodingOf(first));
      yield decoder.decode(first, { stream: true });
    }
  }
  yield decoder?.decode() ?? new TextDecoder(encodingOf(first)).decode(first);
}

/** Bytes of two characters in UTF-16. */
const recognisable = 4;

/** By the mark, or by the zero bytes beside the letters of a header or the brackets of JSON. */
function encodingOf(bytes: Buffer): string {
  const mark = bytes.subarray(0, 2).toString('hex');
  const zeros = [...bytes.subarray(0, recognisable)]
    .map((byte) => (byte === 0 ? '0' : 'x'))
    .join('');
  if (mark === 'fffe' || zeros === 'x0x0') {
    return 'utf-16le';
  }
  return mark === 'feff' || zeros === '0x0x' ? 'utf-16be' : 'utf-8';
}
