// SPDX-License-Identifier: Apache-2.0
// The theme: what the person chose, else what the system prefers.

import { useEffect, useState } from 'preact/hooks';

export type Theme = 'light' | 'dark' | 'system';

const key = 'millrace.theme';
const prefersDark = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

export function chosenTheme(): Theme {
  const theme = document.documentElement.dataset.theme;
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}

export function isDark(): boolean {
  const theme = chosenTheme();
  return theme === 'system' ? prefersDark.matches : theme === 'dark';
}

export function chooseTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    if (theme === 'system') localStorage.removeItem(key);
    else localStorage.setItem(key, theme);
  } catch {
    // Without storage the choice lasts until the page is left.
  }
  for (const listener of listeners) listener();
}

prefersDark.addEventListener('change', () => {
  for (const listener of listeners) listener();
});

/** The theme in force and the choice behind it; what draws on a canvas redraws when it changes. */
export function useTheme(): { dark: boolean; choice: Theme } {
  const [state, setState] = useState({ dark: isDark(), choice: chosenTheme() });
  useEffect(() => {
    const update = () => setState({ dark: isDark(), choice: chosenTheme() });
    listeners.add(update);
    return () => void listeners.delete(update);
  }, []);
  return state;
}
