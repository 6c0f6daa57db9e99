import { useSyncExternalStore } from 'react';

export type Theme = 'system' | 'light' | 'dark';

/** The same key as in public/boot.js, which sets the theme before the first paint. */
const key = 'mortise.theme';
const system = typeof matchMedia === 'undefined' ? undefined : matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();
let chosen: Theme = readStored();

function readStored(): Theme {
  try {
    const stored = localStorage.getItem(key);
    return stored === 'light' || stored === 'dark' ? stored : 'system';
  } catch {
    return 'system';
  }
}

function shownTheme(): 'light' | 'dark' {
  if (chosen !== 'system') return chosen;
  return system?.matches === true ? 'dark' : 'light';
}

function apply(): void {
  document.documentElement.dataset['theme'] = shownTheme();
  for (const tell of listeners) tell();
}

function setTheme(theme: Theme): void {
  chosen = theme;
  try {
    if (theme === 'system') localStorage.removeItem(key);
    else localStorage.setItem(key, theme);
  } catch {
    // Kept until the page is left.
  }
  apply();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  system?.addEventListener('change', apply);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) system?.removeEventListener('change', apply);
  };
}

/** What was chosen, what is shown, and the way to choose. */
export function useTheme(): { theme: Theme; shown: 'light' | 'dark'; setTheme: (theme: Theme) => void } {
  const theme = useSyncExternalStore(subscribe, () => chosen);
  const shown = useSyncExternalStore(subscribe, shownTheme);
  return { theme, shown, setTheme };
}
