// SPDX-License-Identifier: Apache-2.0
// The runs table: only the rows and columns in sight are in the document.

import type { Header, Row, Table } from '@tanstack/table-core';
import type { VirtualItem } from '@tanstack/virtual-core';
import { useEffect, useRef, useState } from 'preact/hooks';
import { formatNumber, px } from '../lib/format';
import { useShortcut } from '../lib/keys';
import { paths } from '../lib/router';
import { useVirtual } from '../lib/virtual';
import { Icon } from '../ui/icons';
import { runName, StatusDot } from '../ui/status';
import { Ago } from '../ui/time';
import { type ColumnKind, type RunColumn, type RunRow } from './columns';

const rowHeight = 36;
const selectWidth = 42;
const groupNames: Record<ColumnKind, string> = {
  attributes: '',
  metrics: 'Metrics',
  params: 'Parameters',
  tags: 'Tags',
};

export interface GridOrder {
  by: string;
  ascending: boolean;
}

interface GridProps {
  /** The rows are of another query, until this one is answered. */
  stale: boolean;
  table: Table<RunRow>;
  order: GridOrder;
  total: number;
  more: boolean;
  loadMore: () => void;
  onSort: (column: RunColumn) => void;
  /** Identifies the list, to come back to where it was scrolled. */
  place: string;
}

const columnOf = (header: Header<RunRow, unknown>) => header.column.columnDef.meta as RunColumn;

function HeaderCell({
  header,
  order,
  onSort,
}: {
  header: Header<RunRow, unknown>;
  order: GridOrder;
  onSort: GridProps['onSort'];
}) {
  const column = columnOf(header);
  const current = column.orderBy !== '' && column.orderBy === order.by;
  const sort = current ? (order.ascending ? 'ascending' : 'descending') : undefined;
  const resize = header.getResizeHandler();
  return (
    <div
      role="columnheader"
      class={`grid-cell ${column.kind}`}
      style={{ width: px(header.getSize()) }}
      aria-sort={sort}
      data-column={column.id}
    >
      {column.orderBy ? (
        <button type="button" class="sort" title={column.label} onClick={() => onSort(column)}>
          <span>{column.label}</span>
          <Icon name={current ? (order.ascending ? 'up' : 'down') : 'sort'} size={12} />
        </button>
      ) : (
        <span class="sort-none">{column.label}</span>
      )}
      <span class="resizer" aria-hidden="true" onMouseDown={resize} onTouchStart={resize} />
    </div>
  );
}

function Value({ row, column }: { row: RunRow; column: RunColumn }) {
  if (column.key === 'start_time' && column.kind === 'attributes') return <Ago ms={row.run.info.start_time} />;
  const value = row.values.get(column.id);
  if (value === undefined || value === '') return <span class="faint">–</span>;
  if (typeof value === 'number') return <span title={String(value)}>{formatNumber(value)}</span>;
  return <span title={value}>{value}</span>;
}

function NameCell({ row, width, tree }: { row: Row<RunRow>; width: number; tree: boolean }) {
  const { run } = row.original;
  const name = runName(run);
  return (
    <div
      role="rowheader"
      class="grid-cell pinned name"
      style={{ width: px(width), left: px(selectWidth), '--depth': row.depth }}
    >
      {row.getCanExpand() ? (
        <button
          type="button"
          class="expander"
          tabIndex={-1}
          aria-expanded={row.getIsExpanded()}
          aria-label={row.getIsExpanded() ? `Hide the child runs of ${name}` : `Show the child runs of ${name}`}
          onClick={row.getToggleExpandedHandler()}
        >
          <Icon name={row.getIsExpanded() ? 'down' : 'right'} size={12} />
        </button>
      ) : (
        tree && <span class="expander" />
      )}
      <StatusDot status={run.info.status} />
      <a tabIndex={-1} href={paths.run(run.info.experiment_id, run.info.run_id)} title={name}>
        {name}
      </a>
      {row.original.children.length > 0 && <span class="count">{row.original.children.length}</span>}
    </div>
  );
}

interface RowProps {
  row: Row<RunRow>;
  item: VirtualItem;
  columns: { items: VirtualItem[]; headers: Header<RunRow, unknown>[]; width: number };
  nameWidth: number;
  /** Some run has children, so all names leave room for the arrow. */
  tree: boolean;
  active: boolean;
  onFocus: () => void;
}

function GridRow({ row, item, columns, nameWidth, tree, active, onFocus }: RowProps) {
  const before = columns.items[0]?.start ?? 0;
  return (
    <div
      role="row"
      class={row.getIsSelected() ? 'grid-row selected' : 'grid-row'}
      style={{ transform: `translateY(${item.start}px)`, height: px(rowHeight) }}
      aria-rowindex={item.index + 2}
      aria-selected={row.getIsSelected()}
      aria-level={row.depth + 1}
      tabIndex={active ? 0 : -1}
      data-index={item.index}
      data-run={row.original.run.info.run_id}
      onFocus={onFocus}
    >
      <div role="gridcell" class="grid-cell pinned select" style={{ width: px(selectWidth), left: 0 }}>
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={`Select ${runName(row.original.run)}`}
          checked={row.getIsSelected()}
          onChange={row.getToggleSelectedHandler()}
        />
      </div>
      <NameCell row={row} width={nameWidth} tree={tree} />
      <span style={{ flex: `0 0 ${before}px` }} />
      {columns.items.map((virtual) => {
        const header = columns.headers[virtual.index]!;
        const column = columnOf(header);
        return (
          <div
            key={column.id}
            role="gridcell"
            class={`grid-cell ${column.kind}`}
            style={{ width: px(virtual.size) }}
            data-column={column.id}
          >
            <Value row={row.original} column={column} />
          </div>
        );
      })}
    </div>
  );
}

/** The line above the headings that names the groups of columns. */
function GroupRow({ headers, nameWidth }: { headers: Header<RunRow, unknown>[]; nameWidth: number }) {
  const spans: { kind: ColumnKind; width: number }[] = [];
  for (const header of headers) {
    const { kind } = columnOf(header);
    const last = spans[spans.length - 1];
    if (last?.kind === kind) last.width += header.getSize();
    else spans.push({ kind, width: header.getSize() });
  }
  if (spans.every((span) => span.kind === 'attributes')) return null;
  return (
    <div class="grid-groups" aria-hidden="true">
      <span class="pinned" style={{ width: px(selectWidth + nameWidth), left: 0 }} />
      {spans.map((span) => (
        <span key={span.kind} class={span.kind} style={{ width: px(span.width) }}>
          <b>{groupNames[span.kind]}</b>
        </span>
      ))}
    </div>
  );
}

const scrolledTo = new Map<string, number>();

/** Keeps where a list was scrolled, and returns there when it is shown again. */
function usePlace(box: preact.RefObject<HTMLElement | null>, place: string): void {
  useEffect(() => {
    const element = box.current!;
    element.scrollTop = scrolledTo.get(place) ?? 0;
    const remember = () => scrolledTo.set(place, element.scrollTop);
    element.addEventListener('scroll', remember, { passive: true });
    return () => element.removeEventListener('scroll', remember);
  }, [place]);
}

interface Keyboard {
  active: number;
  setActive: (index: number) => void;
  move: (step: number) => void;
}

function useRowKeys(
  box: preact.RefObject<HTMLElement | null>,
  rows: Row<RunRow>[],
  scrollTo: (index: number) => void,
): Keyboard {
  const [active, setActive] = useState(0);
  const focusRow = (index: number) => {
    const to = Math.max(0, Math.min(rows.length - 1, index));
    setActive(to);
    scrollTo(to);
    const row = () => box.current?.querySelector<HTMLElement>(`[data-index="${to}"]`);
    if (row()) row()!.focus({ preventScroll: true });
    else requestAnimationFrame(() => row()?.focus({ preventScroll: true })); // it has to be drawn first
  };
  const inGrid = () => box.current?.contains(document.activeElement) ?? false;
  const move = (step: number) => focusRow(inGrid() ? active + step : active);
  useShortcut('j', 'Runs', 'Next run', () => move(1));
  useShortcut('k', 'Runs', 'Previous run', () => move(-1));
  useShortcut('x', 'Runs', 'Select or deselect the run', () => rows[active]?.toggleSelected());
  return { active: Math.min(active, Math.max(0, rows.length - 1)), setActive, move };
}

function onRowKey(event: KeyboardEvent, row: Row<RunRow> | undefined, { move }: Keyboard): void {
  if (!(event.target instanceof HTMLElement) || event.target.getAttribute('role') !== 'row' || !row) return;
  const page = 12;
  const actions: Record<string, () => void> = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    PageDown: () => move(page),
    PageUp: () => move(-page),
    Home: () => move(-Infinity),
    End: () => move(Infinity),
    ArrowRight: () => row.toggleExpanded(true),
    ArrowLeft: () => row.toggleExpanded(false),
    ' ': () => row.toggleSelected(),
    Enter: () => event.target instanceof HTMLElement && event.target.querySelector('a')?.click(),
  };
  const action = actions[event.key];
  if (!action || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  action();
}

export function Grid({ stale, table, order, total, more, loadMore, onSort, place }: GridProps) {
  const box = useRef<HTMLDivElement>(null);
  const rows = table.getRowModel().rows;
  const [name, ...headers] = table.getFlatHeaders().filter((h) => h.column.getIsVisible());
  const nameWidth = name!.getSize();
  const vertical = useVirtual({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    initialOffset: scrolledTo.get(place) ?? 0,
  });
  const horizontal = useVirtual({
    count: headers.length,
    horizontal: true,
    getScrollElement: () => box.current,
    estimateSize: (index) => headers[index]!.getSize(),
    getItemKey: (index) => headers[index]!.id,
    overscan: 3,
  });
  const sizes = headers.map((h) => h.getSize()).join();
  useEffect(() => horizontal.measure(), [sizes]);
  usePlace(box, place);
  const keyboard = useRowKeys(box, rows, (index) => vertical.scrollToIndex(index, { align: 'auto' }));

  const items = vertical.getVirtualItems();
  const lastShown = items[items.length - 1]?.index ?? 0;
  useEffect(() => {
    if (more && lastShown >= rows.length - 15) loadMore();
  }, [more, lastShown, rows.length]);

  const columns = { items: horizontal.getVirtualItems(), headers, width: horizontal.getTotalSize() };
  const width = selectWidth + nameWidth + columns.width;
  const tree = rows.some((row) => row.getCanExpand());
  return (
    <div
      class={stale ? 'grid stale' : 'grid'}
      role="treegrid"
      aria-busy={stale}
      aria-label="Runs"
      aria-multiselectable="true"
      aria-rowcount={more ? -1 : total + 1}
      aria-colcount={headers.length + 2}
      ref={box}
      onKeyDown={(event) => onRowKey(event, rows[keyboard.active], keyboard)}
    >
      <div class="grid-head" role="rowgroup" style={{ minWidth: px(width) }}>
        <GroupRow headers={headers} nameWidth={nameWidth} />
        <div role="row" class="grid-row" aria-rowindex={1}>
          <div role="columnheader" class="grid-cell pinned select" style={{ width: px(selectWidth), left: 0 }}>
            <input
              type="checkbox"
              aria-label="Select all loaded runs"
              checked={table.getIsAllRowsSelected()}
              indeterminate={table.getIsSomeRowsSelected()}
              onChange={table.getToggleAllRowsSelectedHandler()}
            />
          </div>
          <div class="pinned" style={{ left: px(selectWidth) }}>
            <HeaderCell header={name!} order={order} onSort={onSort} />
          </div>
          <span style={{ flex: `0 0 ${columns.items[0]?.start ?? 0}px` }} />
          {columns.items.map((item) => (
            <HeaderCell key={item.key} header={headers[item.index]!} order={order} onSort={onSort} />
          ))}
        </div>
      </div>
      <div class="grid-body" role="rowgroup" style={{ height: px(vertical.getTotalSize()), minWidth: px(width) }}>
        {items.map((item) => (
          <GridRow
            key={rows[item.index]!.id}
            row={rows[item.index]!}
            item={item}
            columns={columns}
            nameWidth={nameWidth}
            tree={tree}
            active={item.index === keyboard.active}
            onFocus={() => keyboard.setActive(item.index)}
          />
        ))}
      </div>
    </div>
  );
}
