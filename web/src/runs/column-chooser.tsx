// SPDX-License-Identifier: Apache-2.0

import { useState } from 'preact/hooks';
import { SearchBox } from '../ui/controls';
import { Popover } from '../ui/menu';
import { type ColumnKind, nameColumn, type RunColumn } from './columns';

const kinds: [ColumnKind, string][] = [
  ['attributes', 'Attributes'],
  ['metrics', 'Metrics'],
  ['params', 'Parameters'],
  ['tags', 'Tags'],
];

interface ChooserProps {
  columns: RunColumn[];
  shown: Set<string>;
  choose: (ids: string[] | null) => void;
}

function Chooser({ columns, shown, choose }: ChooserProps) {
  const [text, setText] = useState('');
  const matching = columns.filter((c) => c.id !== nameColumn.id && c.label.toLowerCase().includes(text.toLowerCase()));
  const change = (ids: string[], on: boolean) => {
    const next = new Set(shown);
    for (const id of ids) {
      if (on) next.add(id);
      else next.delete(id);
    }
    choose(columns.filter((c) => next.has(c.id)).map((c) => c.id));
  };
  return (
    <div class="chooser">
      <SearchBox label="Search columns" value={text} onInput={setText} />
      <div class="chooser-list">
        {kinds.map(([kind, title]) => {
          const group = matching.filter((c) => c.kind === kind);
          if (group.length === 0) return null;
          const ids = group.map((c) => c.id);
          const all = ids.every((id) => shown.has(id));
          return (
            <fieldset key={kind}>
              <legend>
                {title}
                <button type="button" class="link-button" onClick={() => change(ids, !all)}>
                  {all ? 'None' : 'All'}
                </button>
              </legend>
              {group.map((column) => (
                <label key={column.id} class="choice">
                  <input
                    type="checkbox"
                    checked={shown.has(column.id)}
                    onChange={(event) => change([column.id], event.currentTarget.checked)}
                  />
                  <span title={column.label}>{column.label}</span>
                </label>
              ))}
            </fieldset>
          );
        })}
        {matching.length === 0 && <p class="faint">No column has that name.</p>}
      </div>
      <button type="button" class="link-button" onClick={() => choose(null)}>
        Back to the usual columns
      </button>
    </div>
  );
}

export function ColumnChooser(props: ChooserProps) {
  return (
    <Popover icon="columns" label="Columns" text badge={String(props.shown.size)}>
      {() => <Chooser {...props} />}
    </Popover>
  );
}
