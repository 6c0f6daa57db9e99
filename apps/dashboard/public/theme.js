// Sets the theme before the first paint; a file of its own, so that no inline script has to be allowed.
(function () {
  var stored;
  try {
    stored = localStorage.getItem('mortise.theme');
  } catch (_error) {
    stored = null;
  }
  var dark = stored === 'dark' || (stored !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
