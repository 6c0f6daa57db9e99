const key = 'mortise.reloaded';
const pauseMs = 10_000;

/**
 * A new version was installed while this one was open: the files of pages not yet visited are gone. Loading the
 * dashboard anew mends that; not twice in a row, in case it does not.
 */
export function reloadWhenStale(): void {
  window.addEventListener('vite:preloadError', (event) => {
    const last = Number(sessionStorage.getItem(key) ?? 0);
    if (Date.now() - last < pauseMs) return;
    event.preventDefault();
    sessionStorage.setItem(key, String(Date.now()));
    window.location.reload();
  });
}
