// SPDX-License-Identifier: Apache-2.0
// Aliases and stages of a model's version.

import { useState } from 'preact/hooks';
import { deleteAlias, moveToStage, setAlias } from '../api/models';
import { forget } from '../lib/resource';
import { IconButton } from '../ui/controls';
import { FormDialog } from '../ui/dialog';
import { Icon } from '../ui/icons';
import { attempt } from '../ui/toast';

interface AliasesProps {
  name: string;
  version: string;
  aliases: string[];
  changed: () => void;
  /** For a row of a table: the button that adds one is only a sign. */
  compact?: boolean;
}

export function EditableAliases({ name, version, aliases, changed, compact }: AliasesProps) {
  const [adding, setAdding] = useState(false);
  const done = () => {
    forget('models:');
    forget('model:');
    changed();
  };
  const drop = async (alias: string) => {
    if (await attempt(() => deleteAlias(name, alias), `Alias ${alias} removed`)) done();
  };
  return (
    <div class="chips">
      {aliases.map((alias) => (
        <span class="chip editable alias" key={alias}>
          <span class="chip-key">@{alias}</span>
          <IconButton icon="close" label={`Remove alias ${alias}`} onClick={() => void drop(alias)} />
        </span>
      ))}
      <button
        type="button"
        class="chip add"
        title={`Add an alias to version ${version}`}
        aria-label={`Add an alias to version ${version}`}
        onClick={() => setAdding(true)}
      >
        <Icon name="plus" size={12} /> {!compact && 'Add alias'}
      </button>
      {adding && (
        <FormDialog
          title={`Alias for version ${version}`}
          intro="An alias points to one version. If another version has it, it moves here."
          fields={[{ name: 'alias', label: 'Alias', hint: `Load it as models:/${name}@alias` }]}
          submit="Set alias"
          onSubmit={(values) => setAlias(name, values.alias!.replace(/^@/, ''), version).then(done)}
          onClose={() => setAdding(false)}
        />
      )}
    </div>
  );
}

const stages = ['None', 'Staging', 'Production', 'Archived'];

export function StageBadge({ stage }: { stage: string | undefined }) {
  if (!stage || stage === 'None') return <span class="faint">None</span>;
  return (
    <span class="badge stage" data-stage={stage}>
      {stage}
    </span>
  );
}

interface StageDialogProps {
  name: string;
  version: string;
  stage: string;
  changed: () => void;
  close: () => void;
}

export function StageDialog({ name, version, stage, changed, close }: StageDialogProps) {
  return (
    <FormDialog
      title={`Stage of version ${version}`}
      fields={[
        { name: 'stage', label: 'Stage', value: stage, options: stages.map((s) => ({ value: s, label: s })) },
        {
          name: 'archive',
          label: 'Versions that are in that stage now',
          value: 'keep',
          options: [
            { value: 'keep', label: 'Leave them there' },
            { value: 'archive', label: 'Move them to Archived' },
          ],
        },
      ]}
      submit="Move"
      onSubmit={(values) =>
        moveToStage(
          name,
          version,
          values.stage!,
          values.archive === 'archive' && /^(Staging|Production)$/.test(values.stage!),
        ).then(changed)
      }
      onClose={close}
    />
  );
}
