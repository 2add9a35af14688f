// SPDX-License-Identifier: Apache-2.0
// Tags as chips, with adding, changing and removing.

import { useState } from 'preact/hooks';
import type { KeyValue } from '../api/types';
import { Button, IconButton } from './controls';
import { FormDialog } from './dialog';
import { Icon } from './icons';
import { attempt } from './toast';

export function ownTags(tags: KeyValue[] | undefined): KeyValue[] {
  return (tags ?? []).filter((tag) => !tag.key.startsWith('mlflow.')).sort((a, b) => (a.key < b.key ? -1 : 1));
}

export function TagChip({ tag }: { tag: KeyValue }) {
  return (
    <span class="chip" title={`${tag.key}: ${tag.value}`}>
      <span class="chip-key">{tag.key}</span>
      {tag.value && <span class="chip-value">{tag.value}</span>}
    </span>
  );
}

interface TagsProps {
  tags: KeyValue[];
  set: (key: string, value: string) => Promise<unknown>;
  remove: (key: string) => Promise<unknown>;
  changed: () => void;
}

export function EditableTags({ tags, set, remove, changed }: TagsProps) {
  const [editing, setEditing] = useState<KeyValue | 'new' | null>(null);
  const edited = editing === 'new' || editing === null ? { key: '', value: '' } : editing;

  const drop = async (key: string) => {
    if (await attempt(() => remove(key), `Tag ${key} removed`)) changed();
  };
  return (
    <div class="chips">
      {tags.map((tag) => (
        <span class="chip editable" key={tag.key}>
          <button type="button" title={`Change ${tag.key}: ${tag.value}`} onClick={() => setEditing(tag)}>
            <span class="chip-key">{tag.key}</span>
            {tag.value && <span class="chip-value">{tag.value}</span>}
          </button>
          <IconButton icon="close" label={`Remove tag ${tag.key}`} onClick={() => void drop(tag.key)} />
        </span>
      ))}
      <button type="button" class="chip add" onClick={() => setEditing('new')}>
        <Icon name="plus" size={12} /> Add tag
      </button>
      {editing !== null && (
        <FormDialog
          title={editing === 'new' ? 'Add a tag' : `Change tag ${edited.key}`}
          fields={[
            ...(editing === 'new' ? [{ name: 'key', label: 'Key' }] : []),
            { name: 'value', label: 'Value', value: edited.value, optional: true },
          ]}
          submit="Save tag"
          onSubmit={async (values) => {
            await set(values.key ?? edited.key, values.value ?? '');
            changed();
          }}
          onClose={() => setEditing(null)}
        />
      )}
    </div>
  );
}

interface DescriptionProps {
  text: string;
  save: (text: string) => Promise<unknown>;
  render: (text: string) => preact.ComponentChildren;
}

/** A description in Markdown, edited in place. */
export function Description({ text, save, render }: DescriptionProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  if (draft === null) {
    return (
      <div class="description">
        {text ? render(text) : <p class="faint">No description yet.</p>}
        <Button icon="edit" kind="quiet" onClick={() => setDraft(text)}>
          {text ? 'Edit description' : 'Add a description'}
        </Button>
      </div>
    );
  }
  const store = async () => {
    setBusy(true);
    if (await attempt(() => save(draft), 'Description saved')) setDraft(null);
    setBusy(false);
  };
  return (
    <div class="description editing">
      <textarea
        class="input"
        rows={6}
        aria-label="Description, in Markdown"
        placeholder="Markdown"
        autofocus
        value={draft}
        ref={(element) => void (element && document.activeElement === document.body && element.focus())}
        onInput={(event) => setDraft(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setDraft(null);
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void store();
        }}
      />
      <div class="row">
        <Button kind="primary" disabled={busy} onClick={() => void store()}>
          Save
        </Button>
        <Button onClick={() => setDraft(null)}>Cancel</Button>
        <span class="hint">Markdown. Ctrl+Enter saves.</span>
      </div>
      {draft && <div class="preview">{render(draft)}</div>}
    </div>
  );
}
