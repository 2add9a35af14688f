// SPDX-License-Identifier: Apache-2.0

import { useEffect, useState } from 'preact/hooks';
import { setQuery, useRoute } from './router';

/** The value as it was when it had stood still for `ms`. */
export function useDebounced<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}

/** A text typed into a search box, and the same text as it then stands in the address. */
export function useQueryText(parameter: string): [text: string, search: string, setText: (text: string) => void] {
  const { query } = useRoute();
  const search = query.get(parameter) ?? '';
  const [text, setText] = useState(search);
  const settled = useDebounced(text, 250);
  useEffect(() => setQuery({ [parameter]: settled || null }), [settled]);
  useEffect(() => {
    if (search !== settled) setText(search); // the address was changed by a link or by going back
  }, [search]);
  return [text, search, setText];
}
