// SPDX-License-Identifier: Apache-2.0
// An experiment: its runs as a table or as charts.

import { useMemo } from 'preact/hooks';
import { ApiError } from '../api/http';
import { searchRuns } from '../api/runs';
import type { Run, ViewType } from '../api/types';
import { MetricCharts } from '../charts/charts';
import { toChartRuns } from '../charts/metric-card';
import { plural } from '../lib/format';
import { useShortcut } from '../lib/keys';
import { type Pages, usePages } from '../lib/resource';
import { setQuery, useRoute } from '../lib/router';
import { columnsOf, defaultColumns, nameColumn, type RunColumn } from '../runs/columns';
import type { GridOrder } from '../runs/grid';
import { SelectionBar } from '../runs/selection-bar';
import { TableView } from '../runs/table-view';
import { Toolbar } from '../runs/toolbar';
import { Button } from '../ui/controls';
import { Empty, Failure, Skeleton } from '../ui/page';
import { ExperimentHead } from './experiment-head';

const defaultOrder: GridOrder = { by: 'attributes.start_time', ascending: false };
const chartedRuns = 10;

function orderOf(query: URLSearchParams): GridOrder {
  const by = query.get('orderByKey');
  return by ? { by, ascending: query.get('orderByAsc') === 'true' } : defaultOrder;
}

function listOf(query: URLSearchParams, key: string): string[] {
  return (query.get(key) ?? '').split(',').filter(Boolean);
}

function ChartsView({ runs, columns }: { runs: Run[]; columns: RunColumn[] }) {
  const { query } = useRoute();
  const selected = new Set(listOf(query, 'selected'));
  const chosen = selected.size > 0 ? runs.filter((run) => selected.has(run.info.run_id)) : runs.slice(0, chartedRuns);
  const charted = toChartRuns(chosen);
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
