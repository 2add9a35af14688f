// SPDX-License-Identifier: Apache-2.0
// Data from the server, kept by key, so that going back shows a page at once while it is asked for again.

import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Page } from '../api/types';

const limit = 200;
const kept = new Map<string, unknown>();

function recall<T>(key: string): T | undefined {
  const value = kept.get(key);
  if (value !== undefined) {
    kept.delete(key); // moves it to the young end
    kept.set(key, value);
  }
  return value as T | undefined;
}

function keep(key: string, value: unknown): void {
  kept.delete(key);
  kept.set(key, value);
  if (kept.size > limit) kept.delete(kept.keys().next().value!);
}

/** Forgets what is kept under keys with this beginning, after something was changed. */
export function forget(prefix: string): void {
  for (const key of [...kept.keys()]) if (key.startsWith(prefix)) kept.delete(key);
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

export interface Resource<T> {
  data: T | undefined;
  error: Error | undefined;
  loading: boolean;
  reload: () => void;
  /** Shows a change at once, before the server was asked again. */
  replace: (data: T) => void;
}

interface State<T> {
  key: string | null;
  data: T | undefined;
  error: Error | undefined;
  loading: boolean;
}

/** Loads what `key` stands for; null loads nothing. `load` may change identity freely. */
export function useResource<T>(key: string | null, load: (signal: AbortSignal) => Promise<T>): Resource<T> {
  const [state, setState] = useState<State<T>>({ key: null, data: undefined, error: undefined, loading: false });
  const [turn, setTurn] = useState(0);
  const loader = useRef(load);
  loader.current = load;

  useEffect(() => {
    if (key === null) return;
    const abort = new AbortController();
    setState((old) => {
      const data = old.key === key ? old.data : recall<T>(key);
      return { key, data, error: undefined, loading: true };
    });
    loader.current(abort.signal).then(
      (data) => {
        if (abort.signal.aborted) return;
        keep(key, data);
        setState({ key, data, error: undefined, loading: false });
      },
      (error: unknown) => {
        if (abort.signal.aborted || isAbort(error)) return;
        setState((old) => ({ key, data: old.data, error: error as Error, loading: false }));
      },
    );
    return () => abort.abort();
  }, [key, turn]);

  const reload = useCallback(() => setTurn((n) => n + 1), []);
  const replace = useCallback(
    (data: T) => {
      if (key === null) return;
      keep(key, data);
      setState((old) => ({ ...old, key, data }));
    },
    [key],
  );
  const fresh = state.key === key;
  return {
    data: fresh ? state.data : key === null ? undefined : recall<T>(key),
    error: fresh ? state.error : undefined,
    loading: key !== null && (!fresh || state.loading),
    reload,
    replace,
  };
}

export interface Pages<T> {
  /** Until the first answer these are the items of the list shown before, so that the page does not flicker. */
  items: T[];
  /** False until the first answer. */
  ready: boolean;
  more: boolean;
  loading: boolean;
  error: Error | undefined;
  loadMore: () => void;
  reload: () => void;
}

interface PagesState<T> {
  key: string;
  items: T[];
  next: string | undefined;
  ready: boolean;
  loading: boolean;
  error: Error | undefined;
  at: number;
}

/** `size` is given when a list is loaded again as long as it was. */
type LoadPage<T> = (token: string | undefined, signal: AbortSignal, size?: number) => Promise<Page<T>>;

const staleAfter = 20_000;
const longestReload = 1000;

/** Whole pages, so that a list that grew since is not cut in the middle of one. */
function reloadSize(items: number): number {
  return Math.min(longestReload, Math.ceil(items / 100) * 100);
}

/** A list that grows by pages: `loadMore` follows the token of the last one. */
export function usePages<T>(key: string, load: LoadPage<T>): Pages<T> {
  const empty = (): PagesState<T> => ({
    ...(recall<PagesState<T>>(key) ?? { items: [], next: undefined, ready: false, at: 0 }),
    key,
    loading: false,
    error: undefined,
  });
  const [state, setState] = useState<PagesState<T>>(empty);
  const current = state.key === key ? state : empty();
  const loader = useRef(load);
  loader.current = load;
  const abort = useRef(new AbortController());

  const fetchPage = useCallback(
    (from: PagesState<T>, token: string | undefined) => {
      abort.current.abort();
      const mine = (abort.current = new AbortController());
      setState({ ...from, loading: true, error: undefined });
      const size = token === undefined && from.items.length > 0 ? reloadSize(from.items.length) : undefined;
      loader.current(token, mine.signal, size).then(
        (page) => {
          if (mine.signal.aborted) return;
          const items = token === undefined ? page.items : [...from.items, ...page.items];
          const next = { key, items, next: page.next, ready: true, loading: false, error: undefined, at: Date.now() };
          keep(key, next);
          setState(next);
        },
        (error: unknown) => {
          if (mine.signal.aborted || isAbort(error)) return;
          setState({ ...from, loading: false, error: error as Error });
        },
      );
    },
    [key],
  );

  useEffect(() => {
    const start = empty();
    if (!start.ready || Date.now() - start.at > staleAfter) fetchPage(start, undefined);
    else setState(start);
    return () => abort.current.abort();
  }, [key]);

  const before = useRef<T[]>([]);
  if (current.ready) before.current = current.items;
  return {
    items: current.ready ? current.items : before.current,
    ready: current.ready,
    more: current.next !== undefined,
    loading: current.loading || (!current.ready && !current.error),
    error: current.error,
    loadMore: () => {
      if (current.next !== undefined && !current.loading) fetchPage(current, current.next);
    },
    reload: () => fetchPage(current, undefined),
  };
}
