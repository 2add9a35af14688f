// SPDX-License-Identifier: Apache-2.0
// Short messages at the foot of the page, read out by screen readers, with an action such as undo.

import { useEffect, useState } from 'preact/hooks';
import { IconButton } from './controls';
import { Icon } from './icons';

interface Options {
  kind?: 'info' | 'error';
  action?: { label: string; run: () => void };
}

interface Message extends Options {
  id: number;
  text: string;
}

let messages: Message[] = [];
let nextId = 1;
let changed: () => void = () => {};

function dismiss(id: number): void {
  messages = messages.filter((m) => m.id !== id);
  changed();
}

export function notify(text: string, options: Options = {}): void {
  const id = nextId++;
  messages = [...messages.slice(-2), { id, text, ...options }];
  changed();
  setTimeout(() => dismiss(id), options.kind === 'error' || options.action ? 9000 : 3500);
}

export function notifyError(error: unknown): void {
  notify(error instanceof Error ? error.message : String(error), { kind: 'error' });
}

/** Runs a change; a failure is told, and the promise says whether it went well. */
export async function attempt(change: () => Promise<unknown>, done?: string): Promise<boolean> {
  try {
    await change();
  } catch (error) {
    notifyError(error);
    return false;
  }
  if (done) notify(done);
  return true;
}

function Toast({ message }: { message: Message }) {
  const { id, text, kind, action } = message;
  return (
    <div class={`toast ${kind ?? 'info'}`} role={kind === 'error' ? 'alert' : 'status'}>
      {kind === 'error' && <Icon name="alert" />}
      <span>{text}</span>
      {action && (
        <button
          type="button"
          class="link-button"
          onClick={() => {
            dismiss(id);
            action.run();
          }}
        >
          {action.label}
        </button>
      )}
      <IconButton icon="close" label="Dismiss" onClick={() => dismiss(id)} />
    </div>
  );
}

export function Toasts() {
  const [, redraw] = useState(0);
  useEffect(() => {
    changed = () => redraw((n) => n + 1);
    return () => (changed = () => {});
  }, []);
  return (
    <div class="toasts" aria-live="polite">
      {messages.map((message) => (
        <Toast key={message.id} message={message} />
      ))}
    </div>
  );
}
