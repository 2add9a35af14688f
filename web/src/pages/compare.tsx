// SPDX-License-Identifier: Apache-2.0
// Several runs beside each other: their metrics in the same charts, and what differs between them.

import { useMemo, useState } from 'preact/hooks';
import { getRun } from '../api/runs';
import type { Run } from '../api/types';
import { MetricCharts } from '../charts/charts';
import { toChartRuns } from '../charts/metric-card';
import { colorOf, isDashed } from '../charts/series';
import { formatDate, formatNumber, plural } from '../lib/format';
import { useResource } from '../lib/resource';
import { href, paths, setQuery, useRoute } from '../lib/router';
import { IconButton, SearchBox, Switch } from '../ui/controls';
import { Card, Empty, Failure, PageHead, Skeleton, Tabs } from '../ui/page';
import { runDuration, runName, StatusBadge } from '../ui/status';
import { Swatch } from '../ui/swatch';
import { ownTags } from '../ui/tags';

function idsOf(text: string | null): string[] {
  try {
    const ids: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(ids) ? ids.filter((id): id is string => typeof id === 'string') : [];
  } catch {
    return [];
  }
}

interface DiffRow {
  key: string;
  values: (string | undefined)[];
}

function differs(row: DiffRow): boolean {
  return row.values.some((value) => value !== row.values[0]);
}

function keysOf(lists: { key: string }[][]): string[] {
  return [...new Set(lists.flatMap((list) => list.map((item) => item.key)))].sort();
}

function rowsOf(
  lists: { key: string; value: string | number }[][],
  format: (value: string | number) => string,
): DiffRow[] {
  const maps = lists.map((list) => new Map(list.map((item) => [item.key, item.value])));
  return keysOf(lists).map((key) => ({
    key,
    values: maps.map((map) => {
      const value = map.get(key);
      return value === undefined ? undefined : format(value);
    }),
  }));
}

function infoRows(runs: Run[]): DiffRow[] {
  return [
    { key: 'Started', values: runs.map((run) => formatDate(run.info.start_time)) },
    { key: 'Duration', values: runs.map(runDuration) },
    { key: 'User', values: runs.map((run) => run.info.user_id || '') },
  ];
}

interface DiffTableProps {
  title: string;
  runs: Run[];
  rows: DiffRow[];
  onlyDifferent: boolean;
  search: string;
  drop: (id: string) => void;
}

function DiffTable({ title, runs, rows, onlyDifferent, search, drop }: DiffTableProps) {
  const shown = rows.filter(
    (row) => (!onlyDifferent || differs(row)) && row.key.toLowerCase().includes(search.toLowerCase()),
  );
  if (rows.length === 0) return null;
  return (
    <Card title={title} count={shown.length}>
      {shown.length === 0 ? (
        <p class="faint card-empty">{onlyDifferent ? 'Nothing differs.' : 'Nothing matches.'}</p>
      ) : (
        <div class="scroll-x">
          <table class="diff" aria-label={title}>
            <thead>
              <tr>
                <th scope="col">Name</th>
                {runs.map((run, index) => (
                  <th scope="col" key={run.info.run_id}>
                    <span class="diff-run">
                      <Swatch color={colorOf(index)} dashed={isDashed(index)} />
                      <a href={paths.run(run.info.experiment_id, run.info.run_id)}>{runName(run)}</a>
                      <IconButton
                        icon="close"
                        label={`Take ${runName(run)} out of the comparison`}
                        onClick={() => drop(run.info.run_id)}
                      />
                    </span>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map((row) => (
                <tr key={row.key} class={differs(row) ? 'differs' : undefined}>
                  <th scope="row">{row.key}</th>
                  {row.values.map((value, index) => (
                    <td key={runs[index]!.info.run_id}>{value ?? <span class="faint">–</span>}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}

function Values({ runs, ids }: { runs: Run[]; ids: string[] }) {
  const { query } = useRoute();
  const [search, setSearch] = useState('');
  const onlyDifferent = query.get('diff') !== '0';
  const drop = (id: string) => setQuery({ runs: JSON.stringify(ids.filter((other) => other !== id)) }, false);
  const common = { runs, onlyDifferent, search, drop };
  const tags = runs.map((run) => ownTags(run.data.tags));
  return (
    <>
      <div class="toolbar">
        <SearchBox label="Search names" value={search} onInput={setSearch} />
        <Switch
          label="Only what differs"
          checked={onlyDifferent}
          onChange={(on) => setQuery({ diff: on ? null : '0' })}
        />
      </div>
      <DiffTable
        {...common}
        title="Parameters"
        rows={rowsOf(
          runs.map((run) => run.data.params ?? []),
          String,
        )}
      />
      <DiffTable
        {...common}
        title="Metrics"
        rows={rowsOf(
          runs.map((run) => run.data.metrics ?? []),
          (value) => formatNumber(value as number),
        )}
      />
      <DiffTable {...common} title="Tags" rows={rowsOf(tags, String)} />
      <DiffTable {...common} title="Runs" rows={infoRows(runs)} />
    </>
  );
}

function Charts({ runs }: { runs: Run[] }) {
  const charted = useMemo(() => toChartRuns(runs), [runs]);
  const metrics = useMemo(() => keysOf(runs.map((run) => run.data.metrics ?? [])), [runs]);
  return <MetricCharts runs={charted} metrics={metrics} />;
}

function CompareTabs({ query, charts }: { query: URLSearchParams; charts: boolean }) {
  const of = (view: string | null) =>
    href(['compare-runs'], { runs: query.get('runs'), experiments: query.get('experiments'), view });
  return (
    <Tabs
      label="Parts of the comparison"
      tabs={[
        { label: 'Charts', href: of(null), current: charts },
        { label: 'Parameters and values', href: of('values'), current: !charts },
      ]}
    />
  );
}

export function ComparePage() {
  const { query } = useRoute();
  const ids = useMemo(() => idsOf(query.get('runs')), [query.get('runs')]);
  const { data, error, reload } = useResource(ids.length ? `compare:${ids.join()}` : null, (signal) =>
    Promise.all(ids.map((id) => getRun(id, signal))),
  );
  const charts = query.get('view') !== 'values';
  const experiment = data?.[0]?.info.experiment_id ?? idsOf(query.get('experiments'))[0];
  return (
    <div class="page">
      <PageHead
        crumbs={[
          { label: 'Experiments', href: paths.experiments() },
          ...(experiment ? [{ label: 'Runs', href: paths.experiment(experiment, { selected: ids.join(',') }) }] : []),
        ]}
        title={ids.length ? `Comparing ${plural(ids.length, 'run')}` : 'Comparing runs'}
        badge={data?.some((run) => run.info.status === 'RUNNING') && <StatusBadge status="RUNNING" />}
      >
        {ids.length > 0 && <CompareTabs query={query} charts={charts} />}
      </PageHead>
      {ids.length === 0 && (
        <Empty icon="chart" title="No runs to compare">
          <p>Select runs in the table of an experiment.</p>
        </Empty>
      )}
      {error && <Failure error={error} retry={reload} />}
      {ids.length > 0 && !data && !error && <Skeleton />}
      {data && charts && <Charts runs={data} />}
      {data && !charts && <Values runs={data} ids={ids} />}
    </div>
  );
}
