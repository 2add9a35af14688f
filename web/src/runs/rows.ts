// SPDX-License-Identifier: Apache-2.0
// From runs to the rows of the table, children below their parents.

import type { Run } from '../api/types';
import { toNumber } from '../lib/format';
import { runDuration, statusName, tagOf } from '../ui/status';
import type { RunRow } from './columns';

const parentTag = 'mlflow.parentRunId';

function datasets(run: Run): string {
  return (run.inputs?.dataset_inputs ?? []).map((input) => input.dataset.name).join(', ');
}

/** The last part of a source's path, which is the script or notebook. */
function source(run: Run): string {
  return tagOf(run.data.tags, 'mlflow.source.name').split(/[\\/]/).pop() ?? '';
}

function toRow(run: Run): RunRow {
  const values = new Map<string, string | number>([
    ['attributes.duration', runDuration(run)],
    ['attributes.status', statusName(run.info.status)],
    ['attributes.user_id', run.info.user_id || tagOf(run.data.tags, 'mlflow.user')],
    ['attributes.source', source(run)],
    ['attributes.datasets', datasets(run)],
    ['attributes.run_id', run.info.run_id],
  ]);
  for (const { key, value } of run.data.metrics ?? []) values.set(`metrics.${key}`, toNumber(value));
  for (const { key, value } of run.data.params ?? []) values.set(`params.${key}`, value);
  for (const { key, value } of run.data.tags ?? []) values.set(`tags.${key}`, value);
  return { run, values, children: [] };
}

/** In the given order; where `nest` is set, a run whose parent is in the list stands below it. */
export function toRows(runs: Run[], nest: boolean): RunRow[] {
  const rows = runs.map(toRow);
  if (!nest) return rows;
  const byId = new Map(rows.map((row) => [row.run.info.run_id, row]));
  const top: RunRow[] = [];
  for (const row of rows) {
    const parent = byId.get(tagOf(row.run.data.tags, parentTag));
    if (parent && parent !== row && !isBelow(parent, row, byId)) parent.children.push(row);
    else top.push(row);
  }
  return top;
}

/** Tags are anybody's text, so a run may be named as its own ancestor. */
function isBelow(row: RunRow, ancestor: RunRow, byId: Map<string, RunRow>): boolean {
  const seen = new Set<RunRow>();
  let at: RunRow | undefined = row;
  while (at && !seen.has(at)) {
    if (at === ancestor) return true;
    seen.add(at);
    at = byId.get(tagOf(at.run.data.tags, parentTag));
  }
  return at !== undefined;
}
