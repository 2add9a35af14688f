// SPDX-License-Identifier: Apache-2.0
// Runs as a table: TanStack Table's model of rows and columns, drawn by the grid.

import {
  type ExpandedState,
  getCoreRowModel,
  getExpandedRowModel,
  type RowSelectionState,
  type Updater,
} from '@tanstack/table-core';
import { useMemo, useState } from 'preact/hooks';
import type { Run } from '../api/types';
import type { Pages } from '../lib/resource';
import { setQuery, useRoute } from '../lib/router';
import { useTable } from '../lib/table';
import { type RunColumn, tableColumns } from './columns';
import { Grid, type GridOrder } from './grid';
import { toRows } from './rows';

/** First click: the greatest first; then the least; then back to the newest. */
function sortBy(order: GridOrder, column: RunColumn): void {
  if (order.by !== column.orderBy) setQuery({ orderByKey: column.orderBy, orderByAsc: 'false' });
  else if (!order.ascending) setQuery({ orderByKey: column.orderBy, orderByAsc: 'true' });
  else setQuery({ orderByKey: null, orderByAsc: null });
}

function applyUpdate<T>(update: Updater<T>, old: T): T {
  return typeof update === 'function' ? (update as (old: T) => T)(old) : update;
}

interface TableViewProps {
  pages: Pages<Run>;
  columns: RunColumn[];
  shown: Set<string>;
  order: GridOrder;
  nest: boolean;
  place: string;
}

export function TableView({ pages, columns, shown, order, nest, place }: TableViewProps) {
  const { query } = useRoute();
  const selected = query.get('selected') ?? '';
  const [expanded, setExpanded] = useState<ExpandedState>({});
  const ids = columns.map((c) => c.id).join('\n');
  const definitions = useMemo(() => tableColumns(columns), [ids]);
  const rows = useMemo(() => toRows(pages.items, nest), [pages.items, nest]);
  const rowSelection: RowSelectionState = useMemo(
    () =>
      Object.fromEntries(
        selected
          .split(',')
          .filter(Boolean)
          .map((id) => [id, true]),
      ),
    [selected],
  );
  const table = useTable({
    data: rows,
    columns: definitions,
    getRowId: (row) => row.run.info.run_id,
    getSubRows: (row) => row.children,
    getCoreRowModel: getCoreRowModel(),
    getExpandedRowModel: getExpandedRowModel(),
    columnResizeMode: 'onChange',
    enableSubRowSelection: false,
    state: {
      expanded,
      rowSelection,
      columnVisibility: Object.fromEntries(columns.map((c) => [c.id, shown.has(c.id)])),
    },
    onExpandedChange: (update) => setExpanded((old) => applyUpdate(update, old)),
    onRowSelectionChange: (update) => {
      const next = applyUpdate(update, rowSelection);
      setQuery({
        selected:
          Object.keys(next)
            .filter((id) => next[id])
            .join(',') || null,
      });
    },
  });
  return (
    <Grid
      stale={!pages.ready}
      table={table}
      order={order}
      total={table.getRowModel().rows.length}
      more={pages.more}
      loadMore={pages.loadMore}
      onSort={(column) => sortBy(order, column)}
      place={place}
    />
  );
}
