import { RequestError, ValidationError } from '@matinee/api';
import type { Sharp } from 'sharp';
import type { Extension, Width } from './names.ts';

/*
 * Pictures are decoded by their content, and encoded again: what was hidden in a file does not survive.
 * The library is loaded for the first picture: it takes 26 MB, and most servers see none for days.
 */

/** Decoded size: a picture of a few kilobytes can unpack to gigabytes. */
const mostPixels = 40_000_000;
/** Larger posters are scaled down to this width or height. */
const longestSide = 2_000;
/** Seconds until an encoding is given up: the slowest of ours take three on one core. */
const mostSeconds = 20;

/** How each accepted type is written again; the extension is what the file is served as. */
const encodings = {
  'image/jpeg': { extension: 'jpg', encode: (image: Sharp) => image.jpeg({ quality: 85 }) },
  'image/png': { extension: 'png', encode: (image: Sharp) => image.png() },
  'image/webp': { extension: 'webp', encode: (image: Sharp) => image.webp({ quality: 85 }) },
} as const;

/** How renditions are written. */
const renditions: Record<Extension, (image: Sharp) => Sharp> = {
  // 640 pixels took 0.3 s with effort 2, and 2 s with the library's 4, which made them 13 % smaller.
  avif: (image) => image.avif({ quality: 50, effort: 2 }),
  webp: (image) => image.webp({ quality: 80 }),
  jpg: (image) => image.jpeg({ quality: 80 }),
  png: (image) => image.png(),
};

/** A picture that was sent, decoded by its content and encoded anew. @throws RequestError, ValidationError */
export async function reencode(sent: Buffer): Promise<{ extension: Extension; bytes: Buffer }> {
  const { fileTypeFromBuffer } = await import('file-type');
  const type = await fileTypeFromBuffer(sent).catch(() => undefined);
  const encoding = encodings[type?.mime as keyof typeof encodings] as
    | (typeof encodings)[keyof typeof encodings]
    | undefined;
  if (!encoding) {
    throw new RequestError(
      'UNSUPPORTED_MEDIA_TYPE',
      'The file must be a JPEG, PNG or WebP picture.',
    );
  }
  const { default: sharp } = await import('sharp');
  const image = sharp(sent, { limitInputPixels: mostPixels, failOn: 'error' })
    .rotate()
    .resize(longestSide, longestSide, { fit: 'inside', withoutEnlargement: true });
  try {
    return { extension: encoding.extension, bytes: await encoding.encode(image).toBuffer() };
  } catch (error) {
    if (/pixel limit/i.test(String(error))) {
      throw new RequestError('PAYLOAD_TOO_LARGE', 'The picture has too many pixels.');
    }
    const message = 'is a damaged picture';
    throw new ValidationError([{ path: ['file'], message }], { cause: error });
  }
}

/** A master, at most so wide and never enlarged. @throws Error for a master that is damaged */
export async function render(master: Buffer, width: Width, extension: Extension): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  const image = sharp(master, { limitInputPixels: mostPixels, failOn: 'error' }).resize({
    width,
    withoutEnlargement: true,
  });
  return renditions[extension](image).timeout({ seconds: mostSeconds }).toBuffer();
}
