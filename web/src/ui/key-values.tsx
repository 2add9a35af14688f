// SPDX-License-Identifier: Apache-2.0
// A searchable table of names and values, for params and metrics.

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { SearchBox } from './controls';
import { Card } from './page';

export interface Entry {
  key: string;
  value: ComponentChildren;
  /** What is searched besides the key. */
  text?: string;
}

interface KeyValuesProps {
  title: string;
  entries: Entry[];
  empty: string;
  headings?: [string, string];
}

const searchFrom = 8;

export function KeyValues({ title, entries, empty, headings = ['Name', 'Value'] }: KeyValuesProps) {
  const [text, setText] = useState('');
  const needle = text.toLowerCase();
  const shown = entries.filter((e) => `${e.key}\n${e.text ?? ''}`.toLowerCase().includes(needle));
  return (
    <Card
      title={title}
      count={entries.length}
      actions={
        entries.length >= searchFrom && (
          <SearchBox label={`Search ${title.toLowerCase()}`} placeholder="Search" value={text} onInput={setText} />
        )
      }
    >
      {shown.length === 0 ? (
        <p class="faint card-empty">{text ? 'Nothing matches.' : empty}</p>
      ) : (
        <table class="key-values" aria-label={title}>
          <thead class="visually-hidden">
            <tr>
              <th scope="col">{headings[0]}</th>
              <th scope="col">{headings[1]}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((entry) => (
              <tr key={entry.key}>
                <th scope="row">{entry.key}</th>
                <td>{entry.value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}
