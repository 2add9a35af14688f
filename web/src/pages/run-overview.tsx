// SPDX-License-Identifier: Apache-2.0

import { getLoggedModel, versionsOfRun } from '../api/models';
import { childRuns } from '../api/runs';
import type { DatasetInput, ModelVersion, Run } from '../api/types';
import { formatNumber, formatDate, plural } from '../lib/format';
import { useResource } from '../lib/resource';
import { paths } from '../lib/router';
import { Copyable } from '../ui/controls';
import { KeyValues } from '../ui/key-values';
import { Markdown } from '../ui/markdown';
import { Card, Facts } from '../ui/page';
import { runDuration, runName, StatusBadge, StatusDot, tagOf } from '../ui/status';
import { Description, EditableTags, ownTags } from '../ui/tags';

const noteTag = 'mlflow.note.content';

interface OverviewProps {
  run: Run;
  changed: () => void;
  setTag: (key: string, value: string) => Promise<unknown>;
  removeTag: (key: string) => Promise<unknown>;
}

function sourceOf(run: Run): preact.ComponentChildren {
  const { tags } = run.data;
  const name = tagOf(tags, 'mlflow.source.name');
  const commit = tagOf(tags, 'mlflow.source.git.commit');
  if (!name && !commit) return <span class="faint">–</span>;
  return (
    <>
      {name && <code class="break">{name}</code>}
      {commit && (
        <>
          {' at '}
          <code title={commit}>{commit.slice(0, 10)}</code>
        </>
      )}
    </>
  );
}

function RunFacts({ run }: { run: Run }) {
  const { info, data } = run;
  const parent = tagOf(data.tags, 'mlflow.parentRunId');
  const items: [string, preact.ComponentChildren][] = [
    ['Started', <span title={formatDate(info.start_time)}>{formatDate(info.start_time)}</span>],
    ['Duration', runDuration(run)],
    ['User', info.user_id || tagOf(data.tags, 'mlflow.user') || <span class="faint">–</span>],
    ['Source', sourceOf(run)],
    ['Run ID', <Copyable text={info.run_id} what="Run ID" />],
    ['Artifacts', <Copyable text={info.artifact_uri} what="Artifact URI" />],
  ];
  if (parent) items.push(['Parent run', <ParentLink id={parent} experiment={info.experiment_id} />]);
  return (
    <Card title="About this run">
      <Facts items={items} />
    </Card>
  );
}

function ParentLink({ id, experiment }: { id: string; experiment: string }) {
  return <a href={paths.run(experiment, id)}>{id}</a>;
}

function Children({ run }: { run: Run }) {
  const { run_id: id, experiment_id: experiment } = run.info;
  const { data } = useResource(`children:${id}`, (signal) => childRuns(experiment, id, signal));
  if (!data || data.items.length === 0) return null;
  const filter = `tags.\`mlflow.parentRunId\` = '${id}'`;
  return (
    <Card
      title="Child runs"
      count={data.next ? undefined : data.items.length}
      actions={<a href={paths.experiment(experiment, { searchFilter: filter })}>Show as a table</a>}
    >
      <ul class="link-list">
        {data.items.slice(0, 12).map((child) => (
          <li key={child.info.run_id}>
            <StatusDot status={child.info.status} />
            <a href={paths.run(experiment, child.info.run_id)}>{runName(child)}</a>
            <span class="faint">{runDuration(child)}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function ModelLink({ id, role }: { id: string; role: string }) {
  const { data } = useResource(`logged-model:${id}`, (signal) => getLoggedModel(id, signal));
  return (
    <li>
      {data ? <a href={paths.loggedModel(data.info.experiment_id, id)}>{data.info.name}</a> : <code>{id}</code>}
      <span class="faint">{role}</span>
      {data?.info.model_type && <span class="badge">{data.info.model_type}</span>}
      {data && <StatusBadge status={data.info.status} />}
    </li>
  );
}

function LoggedModels({ run }: { run: Run }) {
  const made = (run.outputs?.model_outputs ?? []).map((m) => ({
    id: m.model_id,
    role: `logged at step ${m.step ?? 0}`,
  }));
  const used = (run.inputs?.model_inputs ?? []).map((m) => ({ id: m.model_id, role: 'input' }));
  const all = [...made, ...used];
  if (all.length === 0) return null;
  return (
    <Card title="Logged models" count={all.length}>
      <ul class="link-list">
        {all.map((model) => (
          <ModelLink key={`${model.id}${model.role}`} id={model.id} role={model.role} />
        ))}
      </ul>
    </Card>
  );
}

function RegisteredVersions({ versions }: { versions: ModelVersion[] }) {
  if (versions.length === 0) return null;
  return (
    <Card title="Registered as" count={versions.length}>
      <ul class="link-list">
        {versions.map((v) => (
          <li key={`${v.name}/${v.version}`}>
            <a href={paths.version(v.name, v.version)}>
              {v.name} version {v.version}
            </a>
            {v.aliases?.map((alias) => (
              <span class="badge accent" key={alias}>
                @{alias}
              </span>
            ))}
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** A dataset's schema is JSON of anybody's making; the number of its columns is shown where it has MLflow's form. */
function columnsOf(schema: string | undefined): string {
  try {
    const parsed = JSON.parse(schema ?? '') as { mlflow_colspec?: unknown[]; mlflow_tensorspec?: unknown };
    if (Array.isArray(parsed.mlflow_colspec)) return plural(parsed.mlflow_colspec.length, 'column');
    if (parsed.mlflow_tensorspec) return 'tensors';
  } catch {
    // Some other text: it is not shown.
  }
  return '';
}

function Datasets({ inputs }: { inputs: DatasetInput[] }) {
  if (inputs.length === 0) return null;
  return (
    <Card title="Datasets" count={inputs.length}>
      <ul class="link-list">
        {inputs.map(({ dataset, tags }) => (
          <li key={dataset.name + dataset.digest}>
            <b>{dataset.name}</b>
            <code class="faint">{dataset.digest}</code>
            {tags?.map((tag) => (
              <span class="badge" key={tag.key}>
                {tag.value}
              </span>
            ))}
            <span class="faint">{[dataset.source_type, columnsOf(dataset.schema)].filter(Boolean).join(', ')}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

export function MetricValues({ run, title = 'Metrics' }: { run: Run; title?: string }) {
  const { run_id: id, experiment_id: experiment } = run.info;
  const metrics = [...(run.data.metrics ?? [])].sort((a, b) => (a.key < b.key ? -1 : 1));
  return (
    <KeyValues
      title={title}
      empty="No metrics were logged."
      entries={metrics.map((m) => ({
        key: m.key,
        value: (
          <a
            class="number"
            href={`${paths.runTab(experiment, id, 'metrics')}?metric=${encodeURIComponent(m.key)}`}
            title={`${m.value} at step ${m.step ?? 0}. Show the chart`}
          >
            {formatNumber(m.value)}
          </a>
        ),
      }))}
    />
  );
}

export function ParamValues({ run, title = 'Parameters' }: { run: Run; title?: string }) {
  const params = [...(run.data.params ?? [])].sort((a, b) => (a.key < b.key ? -1 : 1));
  return (
    <KeyValues
      title={title}
      empty="No parameters were logged."
      entries={params.map((p) => ({ key: p.key, text: p.value, value: <span class="break">{p.value}</span> }))}
    />
  );
}

export function RunOverview({ run, changed, setTag, removeTag }: OverviewProps) {
  const { data: versions } = useResource(`versions-of-run:${run.info.run_id}`, (signal) =>
    versionsOfRun(run.info.run_id, signal),
  );
  return (
    <div class="columns">
      <div class="column main">
        <Card title="Description">
          <Description
            text={tagOf(run.data.tags, noteTag)}
            save={(text) => setTag(noteTag, text).then(changed)}
            render={(text) => <Markdown text={text} />}
          />
        </Card>
        <div class="pair">
          <MetricValues run={run} />
          <ParamValues run={run} />
        </div>
      </div>
      <div class="column side">
        <RunFacts run={run} />
        <Card title="Tags">
          <EditableTags tags={ownTags(run.data.tags)} set={setTag} remove={removeTag} changed={changed} />
        </Card>
        <LoggedModels run={run} />
        <RegisteredVersions versions={versions?.items ?? []} />
        <Datasets inputs={run.inputs?.dataset_inputs ?? []} />
        <Children run={run} />
      </div>
    </div>
  );
}
