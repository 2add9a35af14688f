// SPDX-License-Identifier: Apache-2.0
// TanStack Virtual for Preact: the adapter between its core and our rendering.

import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
  type VirtualizerOptions,
} from '@tanstack/virtual-core';
import { useLayoutEffect, useReducer, useState } from 'preact/hooks';

type Instance = Virtualizer<HTMLElement, HTMLElement>;
type Own = 'observeElementRect' | 'observeElementOffset' | 'scrollToFn' | 'onChange';
type Options = Omit<VirtualizerOptions<HTMLElement, HTMLElement>, Own>;

export function useVirtual(options: Options): Instance {
  const [, redraw] = useReducer((n: number, _: void) => n + 1, 0);
  const full: VirtualizerOptions<HTMLElement, HTMLElement> = {
    ...options,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: () => redraw(),
  };
  const [instance] = useState(() => new Virtualizer(full));
  instance.setOptions(full);
  useLayoutEffect(() => instance._didMount(), []);
  useLayoutEffect(() => instance._willUpdate());
  return instance;
}
