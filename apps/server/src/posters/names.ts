import path from 'node:path';

/*
 * Names of files. Nothing else is read, written or removed in a store, whatever asks for it.
 *
 * A master is a poster as it was encoded after the upload. Its name is the SHA-256 of its bytes, all of it:
 * `sha256sum` checks a file by its name, and 64 characters cost nothing. Masters of earlier releases have
 * a UUID instead. A rendition is named after its master: `….jpg.w640.avif`.
 */

/** Widths in which posters are served, in pixels: `?w=`. */
export const widths = [320, 640, 1280] as const;
export type Width = (typeof widths)[number];

/** The types of pictures that are kept, by the extension of their files. */
export const types = {
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  avif: 'image/avif',
} as const;
export type Extension = keyof typeof types;

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const master = String.raw`(?:[0-9a-f]{64}|${uuid})\.(?:jpg|png|webp|avif)`;
const rendition = String.raw`\.w(?:320|640|1280)\.(?:jpg|png|webp|avif)`;
const masterName = new RegExp(`^${master}$`);
const fileName = new RegExp(`^${master}(?:${rendition})?$`);
/** With what a killed upload (`.<digits>`) or a killed restore (`.partial`) left of a file. */
const anyName = new RegExp(String.raw`^(${master})(?:${rendition})?(?:\.\d+|\.partial)?$`);

/** Whether a poster can have this name. */
export function isMaster(name: string): boolean {
  return masterName.test(name);
}

/** Whether a poster or a rendition can have this name. */
export function isFile(name: string): boolean {
  return fileName.test(name);
}

/** The master that a file belongs to, also half a file; undefined for files that are not ours. */
export function masterOf(name: string): string | undefined {
  return anyName.exec(name)?.[1];
}

/** The SHA-256 that a master must have, in hexadecimal; undefined for one of an earlier release. */
export function sumOf(name: string): string | undefined {
  return /^([0-9a-f]{64})\./.exec(name)?.[1];
}

export function extensionOf(name: string): Extension {
  const extension = path.extname(name).slice(1);
  if (extension in types) {
    return extension as Extension;
  }
  throw new Error(`No picture has the name ${name}.`);
}

export function renditionOf(name: string, width: Width, extension: Extension): string {
  return `${name}.w${width}.${extension}`;
}

/** Every rendition that a master can have, made or not. */
export function renditionsOf(name: string): string[] {
  const extensions = new Set<Extension>(['avif', 'webp', extensionOf(name)]);
  return widths.flatMap((width) => [...extensions].map((each) => renditionOf(name, width, each)));
}

/** The name in a `posterUrl` as rows have it. */
export function nameIn(url: string): string {
  return path.posix.basename(url);
}
