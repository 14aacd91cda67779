import { Option } from 'commander';
import { plain } from './output/text.ts';
import type { Session } from './session.ts';
import { writeFile } from './write-file.ts';

/** `--svg`, which saves a picture instead of drawing at the terminal. */
export function svgOption(): Option {
  return new Option('--svg <file>', 'save a picture as SVG; - for standard output').conflicts([
    'json',
    'jq',
    'watch',
  ]);
}

/** Writes a picture to the file of `--svg`. @throws CliError when it cannot be written */
export async function savePicture(session: Session, file: string, picture: Blob): Promise<void> {
  if (file === '-') {
    session.write(await picture.text());
    return;
  }
  writeFile(file, await picture.bytes());
  session.talk(`Written to ${plain(file)}.`);
}
