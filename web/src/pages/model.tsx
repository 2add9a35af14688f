// SPDX-License-Identifier: Apache-2.0
// A registered model and its versions.

import { useState } from 'preact/hooks';
import {
  deleteModel,
  deleteModelTag,
  describeModel,
  getModel,
  renameModel,
  setModelTag,
  versionsOfModel,
} from '../api/models';
import type { ModelVersion } from '../api/types';
import { formatDate } from '../lib/format';
import { useShortcut } from '../lib/keys';
import { forget, usePages, useResource } from '../lib/resource';
import { navigate, paths } from '../lib/router';
import { FormDialog } from '../ui/dialog';
import { type Heading, ListFoot, ListTable } from '../ui/list';
import { firstLine, Markdown } from '../ui/markdown';
import { Menu } from '../ui/menu';
import { Card, Empty, Facts, Failure, PageHead, Skeleton } from '../ui/page';
import { StatusDot } from '../ui/status';
import { Description, EditableTags, ownTags, TagChip } from '../ui/tags';
import { Ago } from '../ui/time';
import { EditableAliases, StageBadge } from './aliases';
import { RunLink } from './run-link';

const headings: Heading[] = [
  { label: 'Version' },
  { label: 'Aliases' },
  { label: 'Stage' },
  { label: 'Description', wide: true, hideNarrow: true },
  { label: 'Tags', hideNarrow: true },
  { label: 'Source run', hideNarrow: true },
  { label: 'Created' },
];

function VersionRow({ version, aliases, changed }: { version: ModelVersion; aliases: string[]; changed: () => void }) {
  return (
    <tr>
      <th scope="row">
        <span class="row">
          <StatusDot status={version.status ?? 'READY'} />
          <a class="strong" href={paths.version(version.name, version.version)}>
            Version {version.version}
          </a>
        </span>
      </th>
      <td>
        <EditableAliases name={version.name} version={version.version} aliases={aliases} changed={changed} compact />
      </td>
      <td>
        <StageBadge stage={version.current_stage} />
      </td>
      <td class="wide hide-narrow">
        <div class="clip">{firstLine(version.description ?? '')}</div>
      </td>
      <td class="hide-narrow">
        <div class="chips">
          {ownTags(version.tags)
            .slice(0, 3)
            .map((tag) => (
              <TagChip key={tag.key} tag={tag} />
            ))}
        </div>
      </td>
      <td class="hide-narrow">{version.run_id ? <RunLink id={version.run_id} /> : <span class="faint">–</span>}</td>
      <td>
        <Ago ms={version.creation_timestamp} />
      </td>
    </tr>
  );
}

type Dialog = 'rename' | 'delete';

function ModelDialog({ name, dialog, close }: { name: string; dialog: Dialog; close: () => void }) {
  if (dialog === 'rename') {
    return (
      <FormDialog
        title="Rename model"
        intro="Code that loads the model by its old name stops finding it."
        fields={[{ name: 'name', label: 'Name', value: name }]}
        submit="Rename"
        onSubmit={async (values) => {
          await renameModel(name, values.name!);
          forget('model');
          navigate(paths.model(values.name!), true);
        }}
        onClose={close}
      />
    );
  }
  return (
    <FormDialog
      title="Delete model"
      intro={
        <>
          <b>{name}</b> and all its versions are removed from the registry. This cannot be undone. The runs and their
          files stay.
        </>
      }
      submit="Delete model"
      danger
      onSubmit={async () => {
        await deleteModel(name);
        forget('model');
        navigate(paths.models());
      }}
      onClose={close}
    />
  );
}

export function ModelPage({ name }: { name: string }) {
  const { data: model, error, reload } = useResource(`model:${name}`, (signal) => getModel(name, signal));
  const pages = usePages(`model-versions:${name}`, (token, signal) => versionsOfModel(name, token, signal));
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const changed = () => {
    forget('models:');
    reload();
    pages.reload();
  };
  useShortcut('r', 'Model', 'Load again', changed);
  if (error && !model) return <Failure error={error} retry={reload} />;
  const aliasesOf = (version: string) =>
    (model?.aliases ?? []).filter((a) => a.version === version).map((a) => a.alias);
  return (
    <div class="page">
      <PageHead
        crumbs={[{ label: 'Models', href: paths.models() }]}
        title={name}
        actions={
          <Menu
            label="Actions for this model"
            items={[
              { label: 'Rename', icon: 'edit', run: () => setDialog('rename') },
              { label: 'Delete', icon: 'trash', danger: true, run: () => setDialog('delete') },
            ]}
          />
        }
      />
      {!model && <Skeleton />}
      {model && (
        <div class="columns">
          <div class="column main">
            <Card title="Description">
              <Description
                text={model.description ?? ''}
                save={(text) => describeModel(name, text).then(changed)}
                render={(text) => <Markdown text={text} />}
              />
            </Card>
            <Card title="Versions">
              {pages.error && <Failure error={pages.error} retry={pages.reload} />}
              {pages.ready && pages.items.length === 0 && (
                <Empty icon="box" title="No versions yet">
                  <p>
                    Register one with <code>mlflow.register_model</code>.
                  </p>
                </Empty>
              )}
              {pages.items.length > 0 && (
                <>
                  <ListTable label="Versions" headings={headings}>
                    {pages.items.map((v) => (
                      <VersionRow key={v.version} version={v} aliases={aliasesOf(v.version)} changed={changed} />
                    ))}
                  </ListTable>
                  <ListFoot pages={pages} one="version" />
                </>
              )}
            </Card>
          </div>
          <div class="column side">
            <Card title="About this model">
              <Facts
                items={[
                  ['Created', formatDate(model.creation_timestamp)],
                  ['Last update', formatDate(model.last_updated_timestamp)],
                ]}
              />
            </Card>
            <Card title="Tags">
              <EditableTags
                tags={ownTags(model.tags)}
                set={(key, value) => setModelTag(name, key, value)}
                remove={(key) => deleteModelTag(name, key)}
                changed={changed}
              />
            </Card>
          </div>
        </div>
      )}
      {dialog && <ModelDialog name={name} dialog={dialog} close={() => setDialog(null)} />}
    </div>
  );
}
