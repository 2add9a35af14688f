// SPDX-License-Identifier: Apache-2.0
// A version of a registered model.

import { useState } from 'preact/hooks';
import {
  deleteVersion,
  deleteVersionTag,
  describeVersion,
  getLoggedModel,
  getModel,
  getVersion,
  setVersionTag,
} from '../api/models';
import { getRun } from '../api/runs';
import type { ModelVersion } from '../api/types';
import { formatDate } from '../lib/format';
import { useShortcut } from '../lib/keys';
import { forget, useResource } from '../lib/resource';
import { navigate, paths } from '../lib/router';
import { Button, Copyable } from '../ui/controls';
import { FormDialog } from '../ui/dialog';
import { Markdown } from '../ui/markdown';
import { Menu } from '../ui/menu';
import { Card, Facts, Failure, PageHead, Skeleton } from '../ui/page';
import { StatusBadge } from '../ui/status';
import { Description, EditableTags, ownTags } from '../ui/tags';
import { EditableAliases, StageBadge, StageDialog } from './aliases';
import { RunLink } from './run-link';
import { MetricValues, ParamValues } from './run-overview';

function LoggedModelLink({ id }: { id: string }) {
  const { data } = useResource(`logged-model:${id}`, (signal) => getLoggedModel(id, signal));
  if (!data) return <code>{id}</code>;
  return <a href={paths.loggedModel(data.info.experiment_id, id)}>{data.info.name}</a>;
}

function VersionFacts({ version, moveStage }: { version: ModelVersion; moveStage: () => void }) {
  const { source = '', run_id: run } = version;
  const logged = /^models:\/(m-[\w-]+)$/.exec(source)?.[1];
  const items: [string, preact.ComponentChildren][] = [
    ['Created', formatDate(version.creation_timestamp)],
    ['Last update', formatDate(version.last_updated_timestamp)],
    [
      'Stage',
      <span class="row">
        <StageBadge stage={version.current_stage} />
        <Button kind="quiet" icon="edit" onClick={moveStage}>
          Change
        </Button>
      </span>,
    ],
    ['Source run', run ? <RunLink id={run} /> : <span class="faint">–</span>],
  ];
  if (logged) items.push(['Logged model', <LoggedModelLink id={logged} />]);
  if (source) items.push(['Source', <Copyable text={source} what="Source" />]);
  items.push(['Load it as', <Copyable text={`models:/${version.name}/${version.version}`} what="Model URI" />]);
  return (
    <Card title="About this version">
      <Facts items={items} />
    </Card>
  );
}

/** What the source run measured and was given; nothing if the run is gone. */
function SourceValues({ run: id }: { run: string }) {
  const { data: run } = useResource(`run:${id}`, (signal) => getRun(id, signal));
  if (!run) return null;
  return (
    <div class="pair">
      <MetricValues run={run} title="Run metrics" />
      <ParamValues run={run} title="Run parameters" />
    </div>
  );
}

function DeleteDialog({ version, close }: { version: ModelVersion; close: () => void }) {
  return (
    <FormDialog
      title={`Delete version ${version.version}`}
      intro="The version is removed from the registry. This cannot be undone. Its source run and files stay."
      submit="Delete version"
      danger
      onSubmit={async () => {
        await deleteVersion(version.name, version.version);
        forget('model');
        navigate(paths.model(version.name));
      }}
      onClose={close}
    />
  );
}

export function VersionPage({ name, version: number }: { name: string; version: string }) {
  const {
    data: version,
    error,
    reload,
  } = useResource(`model-version:${name}/${number}`, (signal) => getVersion(name, number, signal));
  // A version does not carry its aliases on every store; the model does.
  const model = useResource(`model:${name}`, (signal) => getModel(name, signal));
  const [dialog, setDialog] = useState<'stage' | 'delete' | null>(null);
  const changed = () => {
    forget('model-versions:');
    reload();
    model.reload();
  };
  useShortcut('r', 'Version', 'Load again', changed);
  if (error && !version) return <Failure error={error} retry={reload} />;
  const aliases = (model.data?.aliases ?? []).filter((a) => a.version === number).map((a) => a.alias);
  return (
    <div class="page">
      <PageHead
        crumbs={[
          { label: 'Models', href: paths.models() },
          { label: name, href: paths.model(name) },
        ]}
        title={`Version ${number}`}
        badge={version && <StatusBadge status={version.status ?? 'READY'} />}
        actions={
          version && (
            <Menu
              label="Actions for this version"
              items={[{ label: 'Delete', icon: 'trash', danger: true, run: () => setDialog('delete') }]}
            />
          )
        }
      />
      {!version && <Skeleton />}
      {version && (
        <div class="columns">
          <div class="column main">
            <Card title="Description">
              <Description
                text={version.description ?? ''}
                save={(text) => describeVersion(name, number, text).then(changed)}
                render={(text) => <Markdown text={text} />}
              />
            </Card>
            {version.run_id && <SourceValues run={version.run_id} />}
          </div>
          <div class="column side">
            <VersionFacts version={version} moveStage={() => setDialog('stage')} />
            <Card title="Aliases">
              <EditableAliases name={name} version={number} aliases={aliases} changed={changed} />
            </Card>
            <Card title="Tags">
              <EditableTags
                tags={ownTags(version.tags)}
                set={(key, value) => setVersionTag(name, number, key, value)}
                remove={(key) => deleteVersionTag(name, number, key)}
                changed={changed}
              />
            </Card>
          </div>
        </div>
      )}
      {dialog === 'stage' && version && (
        <StageDialog
          name={name}
          version={number}
          stage={version.current_stage ?? 'None'}
          changed={changed}
          close={() => setDialog(null)}
        />
      )}
      {dialog === 'delete' && version && <DeleteDialog version={version} close={() => setDialog(null)} />}
    </div>
  );
}
