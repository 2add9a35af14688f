// SPDX-License-Identifier: Apache-2.0
// A page's title that can be changed in place.

import { useEffect, useRef, useState } from 'preact/hooks';
import { IconButton } from './controls';
import { attempt } from './toast';

interface EditableTitleProps {
  text: string;
  what: string;
  save: (text: string) => Promise<unknown>;
}

export function EditableTitle({ text, what, save }: EditableTitleProps) {
  const [editing, setEditing] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.select(), [editing]);
  if (!editing) {
    return (
      <div class="editable-title">
        <h1>{text || '…'}</h1>
        <IconButton icon="edit" label={`Rename ${what}`} onClick={() => setEditing(true)} />
      </div>
    );
  }
  const store = async () => {
    const value = input.current!.value.trim();
    if (!value || value === text || (await attempt(() => save(value)))) setEditing(false);
  };
  return (
    <form
      class="editable-title"
      onSubmit={(event) => {
        event.preventDefault();
        void store();
      }}
    >
      <input
        ref={input}
        class="input title-input"
        aria-label={`Name of ${what}`}
        defaultValue={text}
        onBlur={() => setEditing(false)}
        onKeyDown={(event) => event.key === 'Escape' && setEditing(false)}
      />
    </form>
  );
}
