/** Keeps the screen on while the door is open, where the browser can. Returns what ends it. */
export function keepScreenOn(): () => void {
  let isOpen = true;
  let lock: WakeLockSentinel | undefined;
  const ask = async () => {
    if (!isOpen || document.visibilityState !== 'visible' || !('wakeLock' in navigator)) {
      return;
    }
    // A phone that saves energy refuses.
    lock = await navigator.wakeLock.request('screen').catch(() => undefined);
    if (!isOpen) {
      await lock?.release();
    }
  };
  const onVisible = () => void ask();
  // The browser takes it away from a page in the background.
  document.addEventListener('visibilitychange', onVisible);
  void ask();
  return () => {
    isOpen = false;
    document.removeEventListener('visibilitychange', onVisible);
    void lock?.release();
  };
}
