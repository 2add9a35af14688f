// SPDX-License-Identifier: Apache-2.0
// An experiment: its runs as a table or as charts.

import {
  type ExpandedState,
  getCoreRowModel,
  getExpandedRowModel,
  type RowSelectionState,
  type Updater,
} from '@tanstack/table-core';
import { useMemo, useState } from 'preact/hooks';
import { deleteExperimentTag, getExperiment, setExperimentTag } from '../api/experiments';
import { ApiError } from '../api/http';
import { restoreRun, searchRuns } from '../api/runs';
import type { Experiment, Run, ViewType } from '../api/types';
import { MetricCharts } from '../charts/charts';
import { colorOf } from '../charts/series';
import { download, toCsv } from '../lib/download';
import { plural } from '../lib/format';
import { useShortcut } from '../lib/keys';
import { forget, type Pages, usePages, useResource } from '../lib/resource';
import { navigate, paths, setQuery, useRoute } from '../lib/router';
import { useTable } from '../lib/table';
import { ColumnChooser } from '../runs/column-chooser';
import { columnsOf, defaultColumns, nameColumn, type RunColumn, tableColumns } from '../runs/columns';
import { FilterBox } from '../runs/filter-box';
import { Grid, type GridOrder } from '../runs/grid';
import { toRows } from '../runs/rows';
import { Button, Copyable, IconButton, Segments, Switch } from '../ui/controls';
import { Markdown } from '../ui/markdown';
import { Menu } from '../ui/menu';
import { Empty, Failure, PageHead, Skeleton, Tabs } from '../ui/page';
import { runName, tagOf } from '../ui/status';
import { Description, EditableTags, ownTags } from '../ui/tags';
import { attempt } from '../ui/toast';
import { DeleteRuns, each } from './delete-runs';
import { ExperimentDialog, restore } from './experiments';

const noteTag = 'mlflow.note.content';
const defaultOrder: GridOrder = { by: 'attributes.start_time', ascending: false };
const chartedRuns = 10;

function orderOf(query: URLSearchParams): GridOrder {
  const by = query.get('orderByKey');
  return by ? { by, ascending: query.get('orderByAsc') === 'true' } : defaultOrder;
}

/** First click: the greatest first; then the least; then back to the newest. */
function sortBy(order: GridOrder, column: RunColumn): void {
  if (order.by !== column.orderBy) setQuery({ orderByKey: column.orderBy, orderByAsc: 'false' });
  else if (!order.ascending) setQuery({ orderByKey: column.orderBy, orderByAsc: 'true' });
  else setQuery({ orderByKey: null, orderByAsc: null });
}

function listOf(query: URLSearchParams, key: string): string[] {
  return (query.get(key) ?? '').split(',').filter(Boolean);
}

function applyUpdate<T>(update: Updater<T>, old: T): T {
  return typeof update === 'function' ? (update as (old: T) => T)(old) : update;
}

export function ExperimentTabs({ id, current }: { id: string; current: 'runs' | 'charts' | 'models' }) {
  return (
    <Tabs
      label="Views of the experiment"
      tabs={[
        { label: 'Runs', href: paths.experiment(id), current: current === 'runs' },
        { label: 'Charts', href: paths.experiment(id, { view: 'charts' }), current: current === 'charts' },
        { label: 'Logged models', href: paths.experimentModels(id), current: current === 'models' },
      ]}
    />
  );
}

export function ExperimentHead({ id, current }: { id: string; current: 'runs' | 'charts' | 'models' }) {
  const { data, error, reload } = useResource(`experiment:${id}`, (signal) => getExperiment(id, signal));
  const [dialog, setDialog] = useState<'rename' | 'delete' | null>(null);
  const [open, setOpen] = useState(false);
  if (error) return <Failure error={error} retry={reload} />;
  const deleted = data?.lifecycle_stage === 'deleted';
  const items = deleted
    ? [{ label: 'Restore', icon: 'restore' as const, run: () => void restore(data!, reload) }]
    : [
        { label: 'Rename', icon: 'edit' as const, run: () => setDialog('rename') },
        { label: 'Delete', icon: 'trash' as const, danger: true, run: () => setDialog('delete') },
      ];
  return (
    <>
      <PageHead
        crumbs={[{ label: 'Experiments', href: paths.experiments() }]}
        title={data?.name ?? ''}
        badge={deleted && <span class="badge danger">Deleted</span>}
        actions={
          data && (
            <>
              <Button kind="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
                {open ? 'Hide details' : 'Details'}
              </Button>
              <Menu label="Actions for this experiment" items={items} />
            </>
          )
        }
      >
        {open && data && <Details experiment={data} changed={reload} />}
        <ExperimentTabs id={id} current={current} />
      </PageHead>
      {dialog && data && (
        <ExperimentDialog dialog={{ kind: dialog, experiment: data }} changed={reload} close={() => setDialog(null)} />
      )}
    </>
  );
}

function Details({ experiment, changed }: { experiment: Experiment; changed: () => void }) {
  const id = experiment.experiment_id;
  return (
    <div class="details">
      <Description
        text={tagOf(experiment.tags, noteTag)}
        save={(text) => setExperimentTag(id, noteTag, text).then(changed)}
        render={(text) => <Markdown text={text} />}
      />
      <EditableTags
        tags={ownTags(experiment.tags)}
        set={(key, value) => setExperimentTag(id, key, value)}
        remove={(key) => deleteExperimentTag(id, key)}
        changed={changed}
      />
      <div class="row wrap">
        <span class="label">Experiment ID</span>
        <Copyable text={id} what="Experiment ID" />
        <span class="label">Artifacts</span>
        <Copyable text={experiment.artifact_location} what="Artifact location" />
      </div>
    </div>
  );
}

interface SelectionBarProps {
  ids: string[];
  experiment: string;
  view: ViewType;
  pages: Pages<Run>;
}

function SelectionBar({ ids, experiment, view, pages }: SelectionBarProps) {
  const [asking, setAsking] = useState(false);
  const clear = () => setQuery({ selected: null });
  const compare = () => navigate(paths.compare(ids, [experiment]));
  useShortcut('c', 'Runs', 'Compare the selected runs', () => ids.length > 1 && compare());
  if (ids.length === 0) return null;
  const restoreAll = async () => {
    if (await attempt(() => each(ids, restoreRun), `${plural(ids.length, 'run')} restored`)) clear();
    forget('runs:');
    pages.reload();
  };
  return (
    <div class="selection-bar" role="region" aria-label="Selected runs">
      <b>{plural(ids.length, 'run')} selected</b>
      <Button kind="primary" icon="chart" disabled={ids.length < 2} onClick={compare}>
        Compare
      </Button>
      {view === 'DELETED_ONLY' ? (
        <Button icon="restore" onClick={() => void restoreAll()}>
          Restore
        </Button>
      ) : (
        <Button icon="trash" onClick={() => setAsking(true)}>
          Delete
        </Button>
      )}
      <Button kind="quiet" onClick={clear}>
        Clear
      </Button>
      {asking && <DeleteRuns ids={ids} done={() => (clear(), forget('runs:'), pages.reload())} close={() => setAsking(false)} />}
    </div>
  );
}

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

interface TableViewProps {
  pages: Pages<Run>;
  columns: RunColumn[];
  shown: Set<string>;
  order: GridOrder;
  nest: boolean;
  place: string;
}

function TableView({ pages, columns, shown, order, nest, place }: TableViewProps) {
  const { query } = useRoute();
  const selected = query.get('selected') ?? '';
  const [expanded, setExpanded] = useState<ExpandedState>({});
  const ids = columns.map((c) => c.id).join('\n');
  const definitions = useMemo(() => tableColumns(columns), [ids]);
  const rows = useMemo(() => toRows(pages.items, nest), [pages.items, nest]);
  const rowSelection: RowSelectionState = useMemo(
    () => Object.fromEntries(selected.split(',').filter(Boolean).map((id) => [id, true])),
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
      setQuery({ selected: Object.keys(next).filter((id) => next[id]).join(',') || null });
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

function ChartsView({ runs, columns }: { runs: Run[]; columns: RunColumn[] }) {
  const { query } = useRoute();
  const selected = new Set(listOf(query, 'selected'));
  const chosen = selected.size > 0 ? runs.filter((run) => selected.has(run.info.run_id)) : runs.slice(0, chartedRuns);
  const charted = chosen.map((run, index) => ({ id: run.info.run_id, name: runName(run), color: colorOf(index) }));
  const metrics = columns.filter((c) => c.kind === 'metrics').map((c) => c.key);
  return (
    <>
      <p class="hint">
        {selected.size > 0
          ? `The ${plural(charted.length, 'selected run')}.`
          : `The first ${plural(charted.length, 'run')} of the table. Select runs there to choose others.`}
      </p>
      <MetricCharts runs={charted} metrics={metrics} />
    </>
  );
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

function Toolbar({ columns, shown, pages, filter, view, nest, charts, refused }: ToolbarProps) {
  const items = [
    {
      label: 'Download the table as CSV',
      icon: 'download' as const,
      run: () => exportCsv(columns.filter((c) => shown.has(c.id)), pages.items),
    },
  ];
  return (
    <div class="toolbar runs-toolbar">
      <FilterBox filter={filter} columns={columns} error={refused} apply={(text) => setQuery({ searchFilter: text || null })} />
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

export function RunsPage({ experiment }: { experiment: string }) {
  const { query } = useRoute();
  const filter = query.get('searchFilter') ?? '';
  const view: ViewType = query.get('lifecycleFilter') === 'DELETED' ? 'DELETED_ONLY' : 'ACTIVE_ONLY';
  const order = orderOf(query);
  const charts = query.get('view') === 'charts';
  const nest = query.get('nest') !== '0';
  const orderBy = `${order.by} ${order.ascending ? 'ASC' : 'DESC'}`;
  const key = `runs:${experiment}:${view}:${orderBy}:${filter}`;
  const pages = usePages(key, (token, signal, size) =>
    searchRuns({ experimentIds: [experiment], filter, view, orderBy: [orderBy] }, token, signal, size),
  );
  const columns = useMemo(() => columnsOf(pages.items), [pages.items]);
  const chosen = query.get('columns');
  const shown = useMemo(
    () => new Set([nameColumn.id, ...(chosen === null ? defaultColumns(columns) : chosen.split(','))]),
    [chosen, columns],
  );
  useShortcut('/', 'Runs', 'Filter runs', () => document.getElementById('run-filter')?.focus());
  useShortcut('r', 'Runs', 'Load again', pages.reload);

  const refused = pages.error instanceof ApiError && pages.error.status === 400 ? pages.error.message : '';
  const selected = listOf(query, 'selected');
  return (
    <div class="page fill">
      <ExperimentHead id={experiment} current={charts ? 'charts' : 'runs'} />
      <Toolbar {...{ columns, shown, pages, filter, view, nest, charts, refused }} />
      <SelectionBar ids={selected} experiment={experiment} view={view} pages={pages} />
      {refused && pages.items.length === 0 && <Empty icon="filter" title="The server could not read the filter" />}
      {pages.error && !refused && <Failure error={pages.error} retry={pages.reload} />}
      {!pages.ready && !pages.error && pages.items.length === 0 && <Skeleton rows={10} />}
      {pages.ready && pages.items.length === 0 && <NoRuns filter={filter} view={view} experiment={experiment} />}
      {pages.items.length > 0 && charts && <ChartsView runs={pages.items} columns={columns} />}
      {pages.items.length > 0 && !charts && (
        <>
          <TableView {...{ pages, columns, shown, order, nest }} place={key} />
          <RunsFoot pages={pages} />
        </>
      )}
    </div>
  );
}

function footText(pages: Pages<Run>): string {
  if (pages.loading) return 'Loading…';
  if (!pages.ready) return 'These are the runs from before; the filter was refused.';
  return `${plural(pages.items.length, 'run')}${pages.more ? ' loaded, more below' : ''}`;
}

function RunsFoot({ pages }: { pages: Pages<Run> }) {
  return (
    <footer class="list-foot">
      <span role="status">{footText(pages)}</span>
      {pages.more && (
        <Button kind="quiet" onClick={pages.loadMore} disabled={pages.loading}>
          Load more
        </Button>
      )}
    </footer>
  );
}

function NoRuns({ filter, view, experiment }: { filter: string; view: ViewType; experiment: string }) {
  if (filter) {
    return (
      <Empty icon="search" title="No run matches the filter">
        <Button onClick={() => setQuery({ searchFilter: null })}>Remove the filter</Button>
      </Empty>
    );
  }
  if (view === 'DELETED_ONLY') return <Empty icon="trash" title="No deleted runs" />;
  const address = new URL('.', location.href.split('#')[0]).href.replace(/\/$/, '');
  return (
    <Empty icon="chart" title="No runs yet">
      <p>Log one from Python:</p>
      <pre class="snippet">{`import mlflow

mlflow.set_tracking_uri("${address}")
with mlflow.start_run(experiment_id="${experiment}"):
    mlflow.log_param("lr", 0.01)
    mlflow.log_metric("loss", 0.3, step=1)`}</pre>
    </Empty>
  );
}
