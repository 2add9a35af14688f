// SPDX-License-Identifier: Apache-2.0
// The columns of the runs table: fixed ones, and one for each metric, param and tag that the runs have.

import type { ColumnDef } from '@tanstack/table-core';
import { quoteKey } from '../api/filter';
import type { Run } from '../api/types';

export type ColumnKind = 'attributes' | 'metrics' | 'params' | 'tags';

export interface RunColumn {
  id: string;
  kind: ColumnKind;
  key: string;
  label: string;
  /** What the server sorts by; empty where it cannot. */
  orderBy: string;
}

export interface RunRow {
  run: Run;
  values: Map<string, string | number>;
  children: RunRow[];
}

export const nameColumn: RunColumn = {
  id: 'attributes.run_name',
  kind: 'attributes',
  key: 'run_name',
  label: 'Run',
  orderBy: 'attributes.run_name',
};

const attributes: RunColumn[] = [
  nameColumn,
  attribute('start_time', 'Created', 'attributes.start_time'),
  attribute('duration', 'Duration', ''),
  attribute('status', 'Status', 'attributes.status'),
  attribute('user_id', 'User', 'attributes.user_id'),
  attribute('source', 'Source', ''),
  attribute('datasets', 'Datasets', ''),
  attribute('run_id', 'Run ID', 'attributes.run_id'),
];

const shownAtFirst = new Set(['attributes.run_name', 'attributes.start_time', 'attributes.duration']);
const keysAtFirst = 8;

function attribute(key: string, label: string, orderBy: string): RunColumn {
  return { id: `attributes.${key}`, kind: 'attributes', key, label, orderBy };
}

function keyed(kind: 'metrics' | 'params' | 'tags', key: string): RunColumn {
  return { id: `${kind}.${key}`, kind, key, label: key, orderBy: `${kind}.${quoteKey(key)}` };
}

function keysOf(runs: Run[], list: (run: Run) => { key: string }[] | undefined): string[] {
  const keys = new Set<string>();
  for (const run of runs) for (const { key } of list(run) ?? []) keys.add(key);
  return [...keys].sort();
}

export function columnsOf(runs: Run[]): RunColumn[] {
  const tags = keysOf(runs, (run) => run.data.tags).filter((key) => !key.startsWith('mlflow.'));
  return [
    ...attributes,
    ...keysOf(runs, (run) => run.data.metrics).map((key) => keyed('metrics', key)),
    ...keysOf(runs, (run) => run.data.params).map((key) => keyed('params', key)),
    ...tags.map((key) => keyed('tags', key)),
  ];
}

/** Without a choice: the main attributes and the first metrics and params, those of the system last of all. */
export function defaultColumns(columns: RunColumn[]): string[] {
  const some = (kind: ColumnKind) =>
    columns.filter((c) => c.kind === kind && !c.key.startsWith('system/')).slice(0, keysAtFirst);
  return [...columns.filter((c) => shownAtFirst.has(c.id)), ...some('metrics'), ...some('params')].map((c) => c.id);
}

const longestLabel = 26;

function widthOf(column: RunColumn): number {
  if (column.id === nameColumn.id) return innerWidth < 620 ? 170 : 240;
  if (column.key === 'run_id' && column.kind === 'attributes') return 290;
  if (column.kind === 'attributes') return column.key === 'start_time' ? 142 : 124;
  return 56 + 7 * Math.min(longestLabel, Math.max(6, column.label.length));
}

export function tableColumns(columns: RunColumn[]): ColumnDef<RunRow, unknown>[] {
  return columns.map((column) => ({
    id: column.id,
    accessorFn: (row) => row.values.get(column.id),
    header: column.label,
    size: widthOf(column),
    minSize: 64,
    maxSize: 900,
    meta: column,
  }));
}
