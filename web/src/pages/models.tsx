// SPDX-License-Identifier: Apache-2.0
// The registered models.

import { useState } from 'preact/hooks';
import { createModel, searchModels } from '../api/models';
import type { RegisteredModel } from '../api/types';
import { useQueryText } from '../lib/debounce';
import { useShortcut } from '../lib/keys';
import { forget, usePages } from '../lib/resource';
import { navigate, paths, useRoute } from '../lib/router';
import { Button, SearchBox } from '../ui/controls';
import { FormDialog } from '../ui/dialog';
import { type Heading, ListFoot, ListTable, orderFrom } from '../ui/list';
import { firstLine } from '../ui/markdown';
import { Empty, Failure, PageHead, Skeleton } from '../ui/page';
import { ownTags, TagChip } from '../ui/tags';
import { Ago } from '../ui/time';

const headings: Heading[] = [
  { label: 'Name', sort: 'name', wide: true },
  { label: 'Latest version' },
  { label: 'Aliases' },
  { label: 'Tags', hideNarrow: true },
  { label: 'Last update', sort: 'last_updated_timestamp', hideNarrow: true },
];

function latestOf(model: RegisteredModel): string | undefined {
  const versions = (model.latest_versions ?? []).map((v) => Number(v.version));
  return versions.length > 0 ? String(Math.max(...versions)) : undefined;
}

function Row({ model }: { model: RegisteredModel }) {
  const latest = latestOf(model);
  return (
    <tr>
      <th scope="row" class="wide">
        <a class="strong" href={paths.model(model.name)}>
          {model.name}
        </a>
        {model.description && <div class="faint clip">{firstLine(model.description)}</div>}
      </th>
      <td>
        {latest ? <a href={paths.version(model.name, latest)}>Version {latest}</a> : <span class="faint">none</span>}
      </td>
      <td>
        <div class="chips">
          {model.aliases?.map(({ alias, version }) => (
            <a class="badge accent" key={alias} href={paths.version(model.name, version)} title={`Version ${version}`}>
              @{alias}
            </a>
          ))}
        </div>
      </td>
      <td class="hide-narrow">
        <div class="chips">
          {ownTags(model.tags)
            .slice(0, 3)
            .map((tag) => (
              <TagChip key={tag.key} tag={tag} />
            ))}
        </div>
      </td>
      <td class="hide-narrow">
        <Ago ms={model.last_updated_timestamp} />
      </td>
    </tr>
  );
}

function CreateDialog({ close }: { close: () => void }) {
  return (
    <FormDialog
      title="New model"
      fields={[
        { name: 'name', label: 'Name' },
        { name: 'description', label: 'Description', optional: true, multiline: true },
      ]}
      submit="Create model"
      onSubmit={async (values) => {
        await createModel(values.name!, values.description!);
        forget('models:');
        navigate(paths.model(values.name!));
      }}
      onClose={close}
    />
  );
}

export function ModelsPage() {
  const { query } = useRoute();
  const [text, search, setText] = useQueryText('search');
  const [creating, setCreating] = useState(false);
  const order = orderFrom(query.get('order'), headings, { by: 'name', descending: false });
  const orderBy = `${order.by} ${order.descending ? 'DESC' : 'ASC'}`;
  const pages = usePages(`models:${orderBy}:${search}`, (token, signal, size) =>
    searchModels(search, orderBy, token, signal, size),
  );
  useShortcut('/', 'Models', 'Search models', () => document.getElementById('model-search')?.focus());
  useShortcut('n', 'Models', 'New model', () => setCreating(true));
  useShortcut('r', 'Models', 'Load again', pages.reload);
  return (
    <div class="page">
      <PageHead
        title="Models"
        actions={
          <Button kind="primary" icon="plus" onClick={() => setCreating(true)}>
            New model
          </Button>
        }
      />
      <div class="toolbar">
        <SearchBox id="model-search" label="Search models by name" value={text} onInput={setText} />
      </div>
      <div class="panel">
        {pages.error && <Failure error={pages.error} retry={pages.reload} />}
        {!pages.ready && !pages.error && pages.items.length === 0 && <Skeleton />}
        {pages.ready && pages.items.length === 0 && (
          <Empty icon="box" title={search ? `No model has “${search}” in its name` : 'No registered models yet'}>
            {!search && <p>A registered model is a name under which versions are kept and found.</p>}
          </Empty>
        )}
        {pages.items.length > 0 && (
          <>
            <ListTable label="Registered models" headings={headings} order={order}>
              {pages.items.map((model) => (
                <Row key={model.name} model={model} />
              ))}
            </ListTable>
            <ListFoot pages={pages} one="model" />
          </>
        )}
      </div>
      {creating && <CreateDialog close={() => setCreating(false)} />}
    </div>
  );
}
