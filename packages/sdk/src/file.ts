import { readRestAnswer } from './answer.ts';
import type { Outcome } from './answer.ts';
import { performCall } from './call.ts';
import type { CallOptions } from './call.ts';
import { performRequest } from './http.ts';
import type { Settings } from './settings.ts';

/** Downloads a file over REST. @throws MatineeError */
export async function performFile(
  settings: Settings,
  { name, path }: { name: string; path: string },
  options: CallOptions,
): Promise<Blob> {
  const { onResponse, headers = {} } = options;
  const url = `${settings.url}/api/v1${path}`;
  const file = await performCall(settings, {
    path: name,
    input: { path: path.replace(/\?.*/, '') },
    options,
    send: async (signal) => {
      const request = { method: 'GET', url, headers, paths: [name], signal, onResponse };
      const [outcome] = await performRequest(
        settings,
        { ...request, isFile: true },
        (head, text, received): [Outcome] => [
          received ? { ok: true, value: received } : readRestAnswer(head, text),
        ],
      );
      return outcome;
    },
  });
  return file as Blob;
}
