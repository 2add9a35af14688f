// SPDX-License-Identifier: Apache-2.0
// What stands above the table of runs: the filter, and what of the runs is shown.

import type { Run, ViewType } from '../api/types';
import { download, toCsv } from '../lib/download';
import type { Pages } from '../lib/resource';
import { setQuery } from '../lib/router';
import { IconButton, Segments, Switch } from '../ui/controls';
import { Menu } from '../ui/menu';
import { runName } from '../ui/status';
import { ColumnChooser } from './column-chooser';
import { nameColumn, type RunColumn } from './columns';
import { FilterBox } from './filter-box';
import { toRows } from './rows';

function exportCsv(columns: RunColumn[], runs: Run[]): void {
  const head = ['run_id', ...columns.map((c) => c.id)];
  const rows = toRows(runs, false).map((row) => [
    row.run.info.run_id,
    ...columns.map((c) => {
      if (c.id === nameColumn.id) return runName(row.run);
      if (c.id === 'attributes.start_time') return new Date(row.run.info.start_time ?? 0).toISOString();
      return String(row.values.get(c.id) ?? '');
    }),
  ]);
  download('runs.csv', 'text/csv', toCsv([head, ...rows]));
}

interface ToolbarProps {
  columns: RunColumn[];
  shown: Set<string>;
  pages: Pages<Run>;
  filter: string;
  view: ViewType;
  nest: boolean;
  charts: boolean;
  refused: string;
}

export function Toolbar({ columns, shown, pages, filter, view, nest, charts, refused }: ToolbarProps) {
  const items = [
    {
      label: 'Download the table as CSV',
      icon: 'download' as const,
      run: () =>
        exportCsv(
          columns.filter((c) => shown.has(c.id)),
          pages.items,
        ),
    },
  ];
  return (
    <div class="toolbar runs-toolbar">
      <FilterBox
        filter={filter}
        columns={columns}
        error={refused}
        apply={(text) => setQuery({ searchFilter: text || null })}
      />
      <Segments<ViewType>
        label="Which runs"
        value={view}
        options={[
          { value: 'ACTIVE_ONLY', label: 'Active' },
          { value: 'DELETED_ONLY', label: 'Deleted' },
        ]}
        onChange={(v) => setQuery({ lifecycleFilter: v === 'DELETED_ONLY' ? 'DELETED' : null, selected: null })}
      />
      {!charts && (
        <>
          <Switch label="Nest" checked={nest} onChange={(on) => setQuery({ nest: on ? null : '0' })} />
          <ColumnChooser
            columns={columns}
            shown={shown}
            choose={(ids) => setQuery({ columns: ids === null ? null : ids.join(',') })}
          />
        </>
      )}
      <IconButton icon="refresh" label="Load again" onClick={pages.reload} />
      <Menu label="More" items={items} />
    </div>
  );
}
