// SPDX-License-Identifier: Apache-2.0
// The address: `#/path/segments?query`, in MLflow's own form, because its clients print such addresses.

import { useEffect, useState } from 'preact/hooks';

export interface Route {
  segments: string[];
  query: URLSearchParams;
}

export type QueryChange = Record<string, string | null | undefined>;

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // A stray % is shown as it stands rather than losing the page.
  }
}

export function parseHash(hash: string): Route {
  const address = hash.replace(/^#/, '');
  const cut = address.indexOf('?');
  const path = cut < 0 ? address : address.slice(0, cut);
  return {
    segments: path.split('/').filter(Boolean).map(decode),
    query: new URLSearchParams(cut < 0 ? '' : address.slice(cut + 1)),
  };
}

/** The address of a page: segments are encoded, empty query values are left out. */
export function href(segments: string[], query: QueryChange = {}): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value) params.set(key, value);
  const text = params.toString();
  return `#/${segments.map(encodeURIComponent).join('/')}${text ? `?${text}` : ''}`;
}

export function navigate(to: string, replace = false): void {
  if (replace) {
    history.replaceState(null, '', to);
    window.dispatchEvent(new HashChangeEvent('hashchange'));
  } else {
    location.hash = to;
  }
}

/** Changes query parameters of the present address; null or '' removes one. */
export function setQuery(change: QueryChange, replace = true): void {
  const { segments, query } = parseHash(location.hash);
  for (const [key, value] of Object.entries(change)) {
    if (value) query.set(key, value);
    else query.delete(key);
  }
  const to = href(segments, Object.fromEntries(query));
  if (to !== location.hash) navigate(to, replace);
}

export function useRoute(): Route {
  const [route, setRoute] = useState(() => parseHash(location.hash));
  useEffect(() => {
    const update = () => setRoute(parseHash(location.hash));
    window.addEventListener('hashchange', update);
    return () => window.removeEventListener('hashchange', update);
  }, []);
  return route;
}

export const paths = {
  experiments: () => href(['experiments']),
  experiment: (id: string, query?: QueryChange) => href(['experiments', id], query),
  experimentModels: (id: string) => href(['experiments', id, 'models']),
  run: (experiment: string, run: string) => href(['experiments', experiment, 'runs', run]),
  runTab: (experiment: string, run: string, tab: string) => href(['experiments', experiment, 'runs', run, tab]),
  runArtifact: (experiment: string, run: string, path: string) =>
    href(['experiments', experiment, 'runs', run, 'artifacts', ...path.split('/').filter(Boolean)]),
  loggedModel: (experiment: string, model: string) => href(['experiments', experiment, 'models', model]),
  loggedModelArtifact: (experiment: string, model: string, path: string) =>
    href(['experiments', experiment, 'models', model, 'artifacts', ...path.split('/').filter(Boolean)]),
  models: () => href(['models']),
  model: (name: string) => href(['models', name]),
  version: (name: string, version: string) => href(['models', name, 'versions', version]),
  plugins: () => href(['plugins']),
  plugin: (name: string) => href(['plugins', name]),
  compare: (runs: string[], experiments: string[]) =>
    href(['compare-runs'], { runs: JSON.stringify(runs), experiments: JSON.stringify(experiments) }),
};
