/// <reference lib="webworker" />

/*
 * Opens the page without a network. It keeps the files of the page and nothing else: responses of the
 * server are never in its cache.
 */

/** The build replaces these two names: see `own-files.ts`. */
declare const OWN_FILES: readonly string[];
declare const OWN_VERSION: string;

/** The global object of a worker; the types of this folder are those of a page. */
const worker = globalThis as unknown as ServiceWorkerGlobalScope;
/** How long the page may take from the network, in milliseconds. */
const patienceMs = 2_000;

const { scope } = worker.registration;
const cacheName = `door ${scope} ${OWN_VERSION}`;
const page = new URL('index.html', scope).href;
/** The page is kept under the folder: some hosts redirect from `index.html`, and a kept redirect opens nothing. */
const addressOf = (address: string) => (address === page ? scope : address);
const files = new Set(OWN_FILES.map((file) => addressOf(new URL(file, scope).href)));

worker.addEventListener('install', (event) => {
  event.waitUntil(keepFiles());
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(forgetOldVersions());
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const [address = ''] = request.url.split(/[?#]/);
  const wanted = addressOf(address);
  if (request.method === 'GET' && files.has(wanted)) {
    event.respondWith(answer(request, wanted));
  }
});

async function keepFiles(): Promise<void> {
  const cache = await caches.open(cacheName);
  // Not from the cache of the browser, which may have the `index.html` of another version.
  await cache.addAll([...files].map((file) => new Request(file, { cache: 'reload' })));
  await worker.skipWaiting();
}

async function forgetOldVersions(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(`door ${scope} `) && name !== cacheName);
  await Promise.all(old.map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/** The page itself comes from the network, so that a new version opens; what it loads has names that change. */
async function answer(request: Request, wanted: string): Promise<Response> {
  const cache = await caches.open(cacheName);
  const kept = await cache.match(wanted);
  if (!kept) {
    return fetch(request);
  }
  return request.mode === 'navigate' ? ((await fresh(request)) ?? kept) : kept;
}

/** A door opens quickly also where the network does not respond. */
async function fresh(request: Request): Promise<Response | undefined> {
  const tooLate = new Promise<undefined>((resolve) => {
    setTimeout(resolve, patienceMs);
  });
  const response = await Promise.race([fetch(request).catch(() => undefined), tooLate]);
  return response?.ok ? response : undefined;
}
