// SPDX-License-Identifier: Apache-2.0
// Modal dialogs on the browser's own <dialog>, which keeps the focus inside and closes on Escape.

import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { Button, IconButton } from './controls';

interface DialogProps {
  title: string;
  wide?: boolean;
  onClose: () => void;
  children: ComponentChildren;
}

export function Dialog({ title, wide, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={wide ? 'dialog wide' : 'dialog'}
      aria-labelledby={heading}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) dialog.current?.close(); // the backdrop
      }}
    >
      <div class="dialog-body">
        <header class="dialog-head">
          <h2 id={heading}>{title}</h2>
          <IconButton icon="close" label="Close" onClick={() => dialog.current?.close()} />
        </header>
        {children}
      </div>
    </dialog>
  );
}

export interface Field {
  name: string;
  label: string;
  value?: string;
  hint?: string;
  optional?: boolean;
  multiline?: boolean;
  options?: { value: string; label: string }[];
}

interface FormDialogProps {
  title: string;
  intro?: ComponentChildren;
  fields?: Field[];
  submit: string;
  danger?: boolean;
  /** A rejected promise shows its message in the dialog, which stays open. */
  onSubmit: (values: Record<string, string>) => Promise<unknown>;
  onClose: () => void;
}

function FieldInput({ field, id, focus }: { field: Field; id: string; focus: boolean }) {
  const common = { id, name: field.name, class: 'input', required: !field.optional, autofocus: focus };
  if (field.options) {
    return (
      <select {...common} defaultValue={field.value}>
        {field.options.map((option) => (
          <option key={option.value} value={option.value} selected={option.value === field.value}>
            {option.label}
          </option>
        ))}
      </select>
    );
  }
  if (field.multiline) return <textarea {...common} rows={4} defaultValue={field.value} />;
  return <input {...common} type="text" defaultValue={field.value} autocomplete="off" spellcheck={false} />;
}

/** A dialog with a few fields, or none to confirm something. */
export function FormDialog(props: FormDialogProps) {
  const { title, intro, fields = [], submit, danger, onSubmit, onClose } = props;
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const prefix = useId();

  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    setError('');
    try {
      await onSubmit(Object.fromEntries([...data].map(([key, value]) => [key, String(value)])));
      onClose();
    } catch (failure) {
      setError((failure as Error).message);
      setBusy(false);
    }
  };

  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={(event) => void send(event)}>
        {intro && <p class="dialog-intro">{intro}</p>}
        {fields.map((field, index) => (
          <div class="field" key={field.name}>
            <label for={`${prefix}${field.name}`}>
              {field.label}
              {field.optional && <span class="faint"> (optional)</span>}
            </label>
            <FieldInput field={field} id={`${prefix}${field.name}`} focus={index === 0} />
            {field.hint && <p class="hint">{field.hint}</p>}
          </div>
        ))}
        {error && (
          <p class="form-error" role="alert">
            {error}
          </p>
        )}
        <footer class="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind={danger ? 'danger' : 'primary'} disabled={busy}>
            {submit}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
