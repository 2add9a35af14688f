// SPDX-License-Identifier: Apache-2.0
// A logged model: what made it, its params and metrics, its files, and registering it.

import { useMemo, useState } from 'preact/hooks';
import { loggedModelArtifacts } from '../api/artifacts';
import { getExperiment } from '../api/experiments';
import {
  createModel,
  createVersion,
  deleteLoggedModelTag,
  getLoggedModel,
  searchModels,
  setLoggedModelTag,
} from '../api/models';
import { ApiError } from '../api/http';
import type { LoggedModel } from '../api/types';
import { ArtifactBrowser } from '../artifacts/browser';
import { formatDate, formatNumber } from '../lib/format';
import { useShortcut } from '../lib/keys';
import { forget, useResource } from '../lib/resource';
import { href, navigate, paths } from '../lib/router';
import { Button, Copyable } from '../ui/controls';
import { FormDialog } from '../ui/dialog';
import { KeyValues } from '../ui/key-values';
import { Card, Facts, Failure, PageHead, Skeleton, Tabs } from '../ui/page';
import { StatusBadge } from '../ui/status';
import { EditableTags, ownTags } from '../ui/tags';
import { RunLink } from './run-link';

/** Registers under a name, which is made if there is none of it. */
async function register(model: LoggedModel, name: string): Promise<void> {
  try {
    await createModel(name, '');
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'RESOURCE_ALREADY_EXISTS') throw error;
  }
  const { model_id: id, source_run_id: run } = model.info;
  const version = await createVersion({ name, source: `models:/${id}`, model_id: id, run_id: run || undefined });
  forget('model');
  navigate(paths.version(name, version.version));
}

function RegisterDialog({ model, close }: { model: LoggedModel; close: () => void }) {
  const { data } = useResource('models-for-registering', (signal) =>
    searchModels('', 'last_updated_timestamp DESC', undefined, signal, 5),
  );
  const known = data?.items.map((m) => m.name).join(', ');
  return (
    <FormDialog
      title="Register this model"
      fields={[
        {
          name: 'name',
          label: 'Name of the registered model',
          value: model.info.name,
          hint: known ? `A new name, or one there is, such as ${known}.` : 'A new name.',
        },
      ]}
      submit="Register"
      onSubmit={(values) => register(model, values.name!)}
      onClose={close}
    />
  );
}

function Overview({ model, changed }: { model: LoggedModel; changed: () => void }) {
  const { info, data } = model;
  return (
    <div class="columns">
      <div class="column main">
        <div class="pair">
          <KeyValues
            title="Metrics"
            empty="No metrics were logged for this model."
            entries={(data?.metrics ?? []).map((m) => ({
              key: m.dataset_name ? `${m.key} (${m.dataset_name})` : m.key,
              value: <span class="number">{formatNumber(m.value)}</span>,
            }))}
          />
          <KeyValues
            title="Parameters"
            empty="No parameters were logged for this model."
            entries={(data?.params ?? []).map((p) => ({ key: p.key, text: p.value, value: p.value }))}
          />
        </div>
      </div>
      <div class="column side">
        <Card title="About this model">
          <Facts
            items={[
              ['Created', formatDate(info.creation_timestamp_ms)],
              ['Type', info.model_type || <span class="faint">–</span>],
              ['Source run', info.source_run_id ? <RunLink id={info.source_run_id} /> : <span class="faint">–</span>],
              ['Model ID', <Copyable text={info.model_id} what="Model ID" />],
              ['Load it as', <Copyable text={`models:/${info.model_id}`} what="Model URI" />],
              ['Artifacts', <Copyable text={info.artifact_uri} what="Artifact URI" />],
            ]}
          />
        </Card>
        <Card title="Tags">
          <EditableTags
            tags={ownTags(info.tags)}
            set={(key, value) => setLoggedModelTag(info.model_id, key, value)}
            remove={(key) => deleteLoggedModelTag(info.model_id, key)}
            changed={changed}
          />
        </Card>
      </div>
    </div>
  );
}

interface LoggedModelPageProps {
  experiment: string;
  model: string;
  rest: string[];
}

export function LoggedModelPage({ experiment, model: id, rest }: LoggedModelPageProps) {
  const { data: model, error, reload } = useResource(`logged-model:${id}`, (signal) => getLoggedModel(id, signal));
  const { data: owner } = useResource(`experiment:${experiment}`, (signal) => getExperiment(experiment, signal));
  const [registering, setRegistering] = useState(false);
  const source = useMemo(() => loggedModelArtifacts(id), [id]);
  useShortcut('r', 'Model', 'Load again', reload);
  if (error && !model) return <Failure error={error} retry={reload} />;
  const artifacts = rest[0] === 'artifacts';
  return (
    <div class="page">
      <PageHead
        crumbs={[
          { label: 'Experiments', href: paths.experiments() },
          { label: owner?.name ?? experiment, href: paths.experiment(experiment) },
          { label: 'Models', href: paths.experimentModels(experiment) },
        ]}
        title={model?.info.name ?? ''}
        badge={model && <StatusBadge status={model.info.status} />}
        actions={
          model && (
            <Button icon="box" onClick={() => setRegistering(true)}>
              Register
            </Button>
          )
        }
      >
        <Tabs
          label="Parts of the model"
          tabs={[
            { label: 'Overview', href: paths.loggedModel(experiment, id), current: !artifacts },
            {
              label: 'Artifacts',
              href: href(['experiments', experiment, 'models', id, 'artifacts']),
              current: artifacts,
            },
          ]}
        />
      </PageHead>
      {!model && <Skeleton />}
      {model && !artifacts && <Overview model={model} changed={reload} />}
      {model && artifacts && (
        <ArtifactBrowser
          source={source}
          path={rest.slice(1).join('/')}
          hrefOf={(path) => paths.loggedModelArtifact(experiment, id, path)}
        />
      )}
      {registering && model && <RegisterDialog model={model} close={() => setRegistering(false)} />}
    </div>
  );
}
