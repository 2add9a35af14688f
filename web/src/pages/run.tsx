// SPDX-License-Identifier: Apache-2.0
// A run: overview, metric charts, artifacts.

import { useEffect, useMemo, useState } from 'preact/hooks';
import { runArtifacts } from '../api/artifacts';
import { getExperiment } from '../api/experiments';
import { deleteRunTag, getRun, renameRun, restoreRun, setRunTag } from '../api/runs';
import type { Run } from '../api/types';
import { ArtifactBrowser } from '../artifacts/browser';
import { MetricCharts } from '../charts/charts';
import { toChartRuns } from '../charts/metric-card';
import { useShortcut } from '../lib/keys';
import { forget, useResource } from '../lib/resource';
import { navigate, paths } from '../lib/router';
import { CopyButton, IconButton } from '../ui/controls';
import { EditableTitle } from '../ui/editable-title';
import { Menu, type MenuItem } from '../ui/menu';
import { Failure, PageHead, Skeleton, Tabs } from '../ui/page';
import { runName, StatusBadge } from '../ui/status';
import { attempt } from '../ui/toast';
import { DeleteRuns } from '../runs/delete-runs';
import { RunOverview } from './run-overview';

type View = 'overview' | 'metrics' | 'artifacts';

/** MLflow's names for the parts of a run's page. */
const views: Record<string, View> = {
  metrics: 'metrics',
  'model-metrics': 'metrics',
  'system-metrics': 'metrics',
  artifacts: 'artifacts',
  artifactPath: 'artifacts',
};

const liveInterval = 5000;

/** Counts up while the run is running and the page is in sight, so that what shows it is loaded again. */
function useLive(running: boolean, reload: () => void): number {
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => {
      if (document.hidden) return;
      setTurn((n) => n + 1);
      reload();
    }, liveInterval);
    return () => clearInterval(timer);
  }, [running]);
  return turn;
}

interface RunPageProps {
  experiment: string;
  run: string;
  rest: string[];
}

function RunTabs({ experiment, run, view, metrics }: { experiment: string; run: string; view: View; metrics: number }) {
  return (
    <Tabs
      label="Parts of the run"
      tabs={[
        { label: 'Overview', href: paths.run(experiment, run), current: view === 'overview' },
        {
          label: 'Metrics',
          href: paths.runTab(experiment, run, 'metrics'),
          current: view === 'metrics',
          count: metrics,
        },
        { label: 'Artifacts', href: paths.runTab(experiment, run, 'artifacts'), current: view === 'artifacts' },
      ]}
    />
  );
}

function RunCharts({ run, turn }: { run: Run; turn: number }) {
  const runs = useMemo(() => toChartRuns([run]), [run.info.run_id, runName(run)]);
  const metrics = (run.data.metrics ?? []).map((m) => m.key);
  return <MetricCharts runs={runs} metrics={metrics} turn={turn} />;
}

export function RunPage({ experiment, run: id, rest }: RunPageProps) {
  const view = views[rest[0] ?? ''] ?? 'overview';
  const { data: run, error, reload } = useResource(`run:${id}`, (signal) => getRun(id, signal));
  const { data: owner } = useResource(`experiment:${experiment}`, (signal) => getExperiment(experiment, signal));
  const [deleting, setDeleting] = useState(false);
  const [manual, setManual] = useState(0);
  const turn = useLive(run?.info.status === 'RUNNING', reload) + manual;
  const source = useMemo(() => runArtifacts(id), [id]);
  const again = () => {
    forget(`artifacts:${source.id}`);
    setManual((n) => n + 1);
    reload();
  };
  useShortcut('r', 'Run', 'Load again', again);
  useShortcut('1', 'Run', 'Overview', () => navigate(paths.run(experiment, id)));
  useShortcut('2', 'Run', 'Metrics', () => navigate(paths.runTab(experiment, id, 'metrics')));
  useShortcut('3', 'Run', 'Artifacts', () => navigate(paths.runTab(experiment, id, 'artifacts')));

  const changed = () => {
    forget('runs:');
    reload();
  };
  const deleted = run?.info.lifecycle_stage === 'deleted';
  const items: MenuItem[] = deleted
    ? [
        {
          label: 'Restore',
          icon: 'restore',
          run: () => void attempt(() => restoreRun(id), 'Run restored').then(changed),
        },
      ]
    : [{ label: 'Delete', icon: 'trash', danger: true, run: () => setDeleting(true) }];
  if (error && !run) return <Failure error={error} retry={reload} />;
  return (
    <div class="page">
      <PageHead
        crumbs={[
          { label: 'Experiments', href: paths.experiments() },
          { label: owner?.name ?? experiment, href: paths.experiment(experiment) },
        ]}
        title={run ? runName(run) : ''}
        heading={
          run && <EditableTitle text={runName(run)} what="run" save={(name) => renameRun(id, name).then(changed)} />
        }
        badge={
          run && (
            <>
              <StatusBadge status={run.info.status} />
              {deleted && <span class="badge danger">Deleted</span>}
            </>
          )
        }
        actions={
          run && (
            <>
              <CopyButton text={id} what="Run ID" />
              <IconButton icon="refresh" label="Load again" onClick={again} />
              <Menu label="Actions for this run" items={items} />
            </>
          )
        }
      >
        <RunTabs experiment={experiment} run={id} view={view} metrics={run?.data.metrics?.length ?? 0} />
      </PageHead>
      {!run && <Skeleton />}
      {run && view === 'overview' && (
        <RunOverview
          run={run}
          changed={changed}
          setTag={(key, value) => setRunTag(id, key, value)}
          removeTag={(key) => deleteRunTag(id, key)}
        />
      )}
      {run && view === 'metrics' && <RunCharts run={run} turn={turn} />}
      {run && view === 'artifacts' && (
        <ArtifactBrowser
          key={`${id}:${manual}`}
          source={source}
          path={rest.slice(1).join('/')}
          hrefOf={(path) => paths.runArtifact(experiment, id, path)}
        />
      )}
      {deleting && <DeleteRuns ids={[id]} done={changed} close={() => setDeleting(false)} />}
    </div>
  );
}
