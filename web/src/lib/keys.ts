// SPDX-License-Identifier: Apache-2.0
// Keyboard shortcuts: each component registers its own; the help dialog lists what is registered.

import { useEffect, useRef } from 'preact/hooks';

export interface Shortcut {
  /** `r`, `?`, `mod+k`, or two keys in turn: `g e`. */
  keys: string;
  does: string;
  group: string;
}

interface Entry extends Shortcut {
  run: (event: KeyboardEvent) => void;
}

const entries = new Set<Entry>();
let first: { key: string; at: number } | null = null;

export function shortcuts(): Shortcut[] {
  return [...entries];
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

function nameOf(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key : event.key.toLowerCase();
  return event.ctrlKey || event.metaKey ? `mod+${key.toLowerCase()}` : key;
}

function find(keys: string): Entry | undefined {
  let found: Entry | undefined;
  for (const entry of entries) if (entry.keys === keys) found = entry; // the innermost registered last
  return found;
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.altKey) return;
  const key = nameOf(event);
  const plain = !key.startsWith('mod+');
  if (plain && (isTyping(event.target) || document.querySelector('dialog[open]'))) return;
  const pair = first && event.timeStamp - first.at < 1200 ? find(`${first.key} ${key}`) : undefined;
  const entry = pair ?? find(key);
  first = { key, at: event.timeStamp };
  if (!entry) return;
  event.preventDefault();
  entry.run(event);
}

document.addEventListener('keydown', onKeyDown);

export function useShortcut(keys: string, group: string, does: string, run: (event: KeyboardEvent) => void): void {
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    const entry: Entry = { keys, group, does, run: (event) => latest.current(event) };
    entries.add(entry);
    return () => void entries.delete(entry);
  }, [keys, group, does]);
}
