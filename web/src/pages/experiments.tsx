// SPDX-License-Identifier: Apache-2.0

import { useState } from 'preact/hooks';
import {
  createExperiment,
  deleteExperiment,
  renameExperiment,
  restoreExperiment,
  searchExperiments,
} from '../api/experiments';
import type { Experiment, ViewType } from '../api/types';
import { useQueryText } from '../lib/debounce';
import { useShortcut } from '../lib/keys';
import { forget, usePages } from '../lib/resource';
import { navigate, paths, setQuery, useRoute } from '../lib/router';
import { Button, SearchBox, Segments } from '../ui/controls';
import { FormDialog } from '../ui/dialog';
import { type Heading, ListFoot, ListTable, orderFrom } from '../ui/list';
import { firstLine } from '../ui/markdown';
import { Menu, type MenuItem } from '../ui/menu';
import { Empty, Failure, PageHead, Skeleton } from '../ui/page';
import { tagOf } from '../ui/status';
import { ownTags, TagChip } from '../ui/tags';
import { Ago } from '../ui/time';
import { attempt, notify } from '../ui/toast';

const headings: Heading[] = [
  { label: 'Name', sort: 'name', wide: true },
  { label: 'Tags', hideNarrow: true },
  { label: 'Created', sort: 'creation_time', hideNarrow: true },
  { label: 'Last update', sort: 'last_update_time' },
  { label: 'Actions', hidden: true },
];

type Dialog = { kind: 'create' } | { kind: 'rename' | 'delete'; experiment: Experiment };

export async function restore(experiment: Experiment, changed: () => void): Promise<void> {
  if (await attempt(() => restoreExperiment(experiment.experiment_id), `${experiment.name} restored`)) {
    forget('experiment');
    changed();
  }
}

export function ExperimentDialog({
  dialog,
  changed,
  close,
}: {
  dialog: Dialog;
  changed: () => void;
  close: () => void;
}) {
  const done = () => {
    forget('experiment');
    changed();
  };
  if (dialog.kind === 'create') {
    return (
      <FormDialog
        title="New experiment"
        fields={[
          { name: 'name', label: 'Name' },
          {
            name: 'location',
            label: 'Artifact location',
            optional: true,
            hint: "A URI under which the runs' files are kept. Empty means the server's own place.",
          },
        ]}
        submit="Create experiment"
        onSubmit={async (values) => {
          const id = await createExperiment(values.name!, values.location!.trim());
          forget('experiment');
          navigate(paths.experiment(id));
        }}
        onClose={close}
      />
    );
  }
  const { experiment_id: id, name } = dialog.experiment;
  if (dialog.kind === 'rename') {
    return (
      <FormDialog
        title="Rename experiment"
        fields={[{ name: 'name', label: 'Name', value: name }]}
        submit="Rename"
        onSubmit={(values) => renameExperiment(id, values.name!).then(done)}
        onClose={close}
      />
    );
  }
  return (
    <FormDialog
      title="Delete experiment"
      intro={
        <>
          <b>{name}</b> and its runs are moved to the deleted ones. They can be restored until the server's garbage
          collection removes them.
        </>
      }
      submit="Delete experiment"
      danger
      onSubmit={() =>
        deleteExperiment(id).then(() => {
          done();
          notify(`${name} deleted`, { action: { label: 'Undo', run: () => void restore(dialog.experiment, done) } });
        })
      }
      onClose={close}
    />
  );
}

function Row({ experiment, items }: { experiment: Experiment; items: MenuItem[] }) {
  const tags = ownTags(experiment.tags);
  const note = tagOf(experiment.tags, 'mlflow.note.content');
  return (
    <tr>
      <th scope="row" class="wide">
        <a class="strong" href={paths.experiment(experiment.experiment_id)}>
          {experiment.name}
        </a>
        {note && <div class="faint clip">{firstLine(note)}</div>}
      </th>
      <td class="hide-narrow">
        <div class="chips">
          {tags.slice(0, 3).map((tag) => (
            <TagChip key={tag.key} tag={tag} />
          ))}
          {tags.length > 3 && <span class="faint">+{tags.length - 3}</span>}
        </div>
      </td>
      <td class="hide-narrow">
        <Ago ms={experiment.creation_time} />
      </td>
      <td>
        <Ago ms={experiment.last_update_time} />
      </td>
      <td class="actions">
        <Menu label={`Actions for ${experiment.name}`} items={items} />
      </td>
    </tr>
  );
}

export function ExperimentsPage() {
  const { query } = useRoute();
  const [text, search, setText] = useQueryText('search');
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const view: ViewType = query.get('lifecycleFilter') === 'DELETED' ? 'DELETED_ONLY' : 'ACTIVE_ONLY';
  const order = orderFrom(query.get('order'), headings, { by: 'last_update_time', descending: true });
  const orderBy = `${order.by} ${order.descending ? 'DESC' : 'ASC'}`;
  const pages = usePages(`experiments:${view}:${orderBy}:${search}`, (token, signal, size) =>
    searchExperiments({ nameContains: search, view, orderBy }, token, signal, size),
  );
  useShortcut('/', 'Experiments', 'Search experiments', () => document.getElementById('experiment-search')?.focus());
  useShortcut('n', 'Experiments', 'New experiment', () => setDialog({ kind: 'create' }));
  useShortcut('r', 'Experiments', 'Load again', pages.reload);

  const itemsFor = (experiment: Experiment): MenuItem[] =>
    view === 'DELETED_ONLY'
      ? [{ label: 'Restore', icon: 'restore', run: () => void restore(experiment, pages.reload) }]
      : [
          { label: 'Rename', icon: 'edit', run: () => setDialog({ kind: 'rename', experiment }) },
          { label: 'Delete', icon: 'trash', danger: true, run: () => setDialog({ kind: 'delete', experiment }) },
        ];

  return (
    <div class="page">
      <PageHead
        title="Experiments"
        actions={
          <Button kind="primary" icon="plus" onClick={() => setDialog({ kind: 'create' })}>
            New experiment
          </Button>
        }
      />
      <div class="toolbar">
        <SearchBox id="experiment-search" label="Search experiments by name" value={text} onInput={setText} />
        <Segments<ViewType>
          label="Which experiments"
          value={view}
          options={[
            { value: 'ACTIVE_ONLY', label: 'Active' },
            { value: 'DELETED_ONLY', label: 'Deleted' },
          ]}
          onChange={(v) => setQuery({ lifecycleFilter: v === 'DELETED_ONLY' ? 'DELETED' : null })}
        />
      </div>
      <div class="panel">
        {pages.error && <Failure error={pages.error} retry={pages.reload} />}
        {!pages.ready && !pages.error && pages.items.length === 0 && <Skeleton />}
        {pages.ready && pages.items.length === 0 && (
          <Empty icon="flask" title={emptyTitle(search, view)}>
            {!search && view === 'ACTIVE_ONLY' && <p>An experiment groups the runs of one task.</p>}
          </Empty>
        )}
        {pages.items.length > 0 && (
          <>
            <ListTable label="Experiments" headings={headings} order={order}>
              {pages.items.map((experiment) => (
                <Row key={experiment.experiment_id} experiment={experiment} items={itemsFor(experiment)} />
              ))}
            </ListTable>
            <ListFoot pages={pages} one="experiment" />
          </>
        )}
      </div>
      {dialog && <ExperimentDialog dialog={dialog} changed={pages.reload} close={() => setDialog(null)} />}
    </div>
  );
}

function emptyTitle(search: string, view: ViewType): string {
  if (search) return `No experiment has “${search}” in its name`;
  return view === 'DELETED_ONLY' ? 'No deleted experiments' : 'No experiments yet';
}
