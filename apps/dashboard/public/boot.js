// What has to be set before anything else runs; a file of its own, so that no inline script has to be allowed.
(function () {
  // The theme, before the first paint. The key is that of src/app/theme.ts.
  var stored;
  try {
    stored = localStorage.getItem('mortise.theme');
  } catch (_error) {
    stored = null;
  }
  var dark = stored === 'dark' || (stored !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';

  // zod would try whether it may compile code; our content security policy says no and reports each try. Its
  // config() comes too late for that: the contract's schemas are made while the modules load.
  globalThis.__zod_globalConfig = { jitless: true };
})();
