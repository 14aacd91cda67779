/** Lets the page open without a network. The development server has no worker: its files change. */
export function keepPageOffline(): void {
  if (!import.meta.hot && 'serviceWorker' in navigator) {
    // Without a worker, the door works until the next reload.
    navigator.serviceWorker.register('service-worker.js').catch(() => {});
  }
}
