// SPDX-License-Identifier: Apache-2.0
// Buttons and the other small controls.

import type { ButtonHTMLAttributes, ComponentChildren } from 'preact';
import { Icon, type IconName } from './icons';
import { notify } from './toast';

type Native = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'icon' | 'type' | 'label'>;

interface ButtonProps extends Native {
  icon?: IconName;
  kind?: 'primary' | 'danger' | 'quiet';
  disabled?: boolean;
  type?: 'button' | 'submit';
  children?: ComponentChildren;
}

export function Button({ icon, kind, children, type = 'button', ...rest }: ButtonProps) {
  return (
    <button type={type} class={`button ${kind ?? ''}`} {...rest}>
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

interface IconButtonProps extends Native {
  icon: IconName;
  label: string;
  disabled?: boolean;
}

export function IconButton({ icon, label, ...rest }: IconButtonProps) {
  return (
    <button type="button" class="icon-button" aria-label={label} title={label} {...rest}>
      <Icon name={icon} />
    </button>
  );
}

interface SegmentsProps<T extends string> {
  label: string;
  value: T;
  options: { value: T; label: string }[];
  onChange: (value: T) => void;
}

/** One of a few, all in sight. */
export function Segments<T extends string>({ label, value, options, onChange }: SegmentsProps<T>) {
  return (
    <div class="segments" role="group" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}

interface SwitchProps {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

export function Switch({ label, checked, onChange }: SwitchProps) {
  return (
    <label class="switch">
      <input
        type="checkbox"
        role="switch"
        checked={checked}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span class="switch-track" aria-hidden="true" />
      {label}
    </label>
  );
}

interface SearchBoxProps {
  id?: string;
  label: string;
  placeholder?: string;
  value: string;
  onInput: (value: string) => void;
}

export function SearchBox({ id, label, placeholder = label, value, onInput }: SearchBoxProps) {
  return (
    <div class="search-box">
      <Icon name="search" />
      <input
        id={id}
        type="search"
        class="input"
        aria-label={label}
        placeholder={placeholder}
        value={value}
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => onInput(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          if (value) onInput('');
          else event.currentTarget.blur();
        }}
      />
    </div>
  );
}

/** Browsers give the clipboard to https and localhost only; elsewhere the old way still works. */
async function toClipboard(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const before = document.activeElement;
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'visually-hidden';
  (document.querySelector('dialog[open]') ?? document.body).append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  if (before instanceof HTMLElement) before.focus();
  if (!copied) throw new Error('the browser refused');
}

export async function copyText(text: string, what: string): Promise<void> {
  try {
    await toClipboard(text);
    notify(`${what} copied`);
  } catch {
    notify(`The browser does not allow copying here. ${what}: ${text}`, { kind: 'error' });
  }
}

export function CopyButton({ text, what }: { text: string; what: string }) {
  return <IconButton icon="copy" label={`Copy ${what.toLowerCase()}`} onClick={() => void copyText(text, what)} />;
}

/** A value with the button that copies it. */
export function Copyable({ text, what }: { text: string; what: string }) {
  return (
    <span class="copyable">
      <code title={text}>{text}</code>
      <CopyButton text={text} what={what} />
    </span>
  );
}
