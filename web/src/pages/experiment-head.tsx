// SPDX-License-Identifier: Apache-2.0
// What stands above an experiment's runs, charts and models: its name, details and tabs.

import { useState } from 'preact/hooks';
import { deleteExperimentTag, getExperiment, setExperimentTag } from '../api/experiments';
import type { Experiment } from '../api/types';
import { useResource } from '../lib/resource';
import { paths, useRoute } from '../lib/router';
import { Button, Copyable } from '../ui/controls';
import { Markdown } from '../ui/markdown';
import { Menu } from '../ui/menu';
import { Failure, PageHead, Tabs } from '../ui/page';
import { tagOf } from '../ui/status';
import { Description, EditableTags, ownTags } from '../ui/tags';
import { ExperimentDialog, restore } from './experiments';

const noteTag = 'mlflow.note.content';

function ExperimentTabs({ id, current }: { id: string; current: 'runs' | 'charts' | 'models' }) {
  // Filter, order and selection go along from the table to the charts and back.
  const { view: _, ...kept } = Object.fromEntries(useRoute().query);
  return (
    <Tabs
      label="Views of the experiment"
      tabs={[
        { label: 'Runs', href: paths.experiment(id, kept), current: current === 'runs' },
        { label: 'Charts', href: paths.experiment(id, { ...kept, view: 'charts' }), current: current === 'charts' },
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
