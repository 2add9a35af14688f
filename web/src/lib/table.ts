// SPDX-License-Identifier: Apache-2.0
// TanStack Table for Preact: the adapter between its core and our rendering.

import { createTable, type RowData, type Table, type TableOptions, type TableState } from '@tanstack/table-core';
import { useState } from 'preact/hooks';

type Options<T extends RowData> = Omit<TableOptions<T>, 'state' | 'onStateChange' | 'renderFallbackValue'> & {
  state: Partial<TableState>;
};

/** What `state` names is governed by the caller; the rest of the table's state is kept here. */
export function useTable<T extends RowData>(options: Options<T>): Table<T> {
  const [table] = useState(() =>
    createTable<T>({ ...options, state: {}, onStateChange: () => {}, renderFallbackValue: null }),
  );
  const [own, setOwn] = useState(() => table.initialState);
  table.setOptions((old) => ({
    ...old,
    ...options,
    state: { ...own, ...options.state },
    onStateChange: setOwn,
  }));
  return table;
}
