// SPDX-License-Identifier: Apache-2.0
// A button that opens a menu, and one that opens a panel.

import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon, type IconName } from './icons';

interface PopoverProps {
  icon?: IconName;
  label: string;
  /** Shows the label beside the icon. */
  text?: boolean;
  badge?: string;
  menu?: boolean;
  children: (close: () => void) => ComponentChildren;
}

export function Popover({ icon, label, text, badge, menu, children }: PopoverProps) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const trigger = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    box.current?.querySelector<HTMLElement>('.popover input, .popover [role=menuitem]')?.focus();
    return () => document.removeEventListener('pointerdown', outside);
  }, [open]);

  const close = () => {
    setOpen(false);
    trigger.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && open) {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (menu && open) moveInMenu(event, box.current);
  };

  return (
    <div class="popover-box" ref={box} onKeyDown={onKeyDown}>
      <button
        ref={trigger}
        type="button"
        class={text ? 'button' : 'icon-button'}
        aria-label={text ? undefined : label}
        title={text ? undefined : label}
        aria-haspopup={menu ? 'menu' : 'dialog'}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {icon && <Icon name={icon} />}
        {text && label}
        {badge && <span class="badge">{badge}</span>}
      </button>
      {open && (
        <div class={menu ? 'popover menu' : 'popover'} role={menu ? 'menu' : 'dialog'} aria-label={label}>
          {children(close)}
        </div>
      )}
    </div>
  );
}

function moveInMenu(event: KeyboardEvent, box: HTMLElement | null): void {
  const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
  const step = steps[event.key];
  if (!step || !box) return;
  event.preventDefault();
  const items = [...box.querySelectorAll<HTMLElement>('[role=menuitem]')];
  const at = items.indexOf(document.activeElement as HTMLElement);
  items[(at + step + items.length) % items.length]?.focus();
}

export interface MenuItem {
  label: string;
  icon?: IconName;
  danger?: boolean;
  run: () => void;
}

export function Menu({ label, items, icon = 'more' }: { label: string; items: MenuItem[]; icon?: IconName }) {
  return (
    <Popover icon={icon} label={label} menu>
      {(close) =>
        items.map((item) => (
          <button
            key={item.label}
            type="button"
            role="menuitem"
            class={item.danger ? 'menu-item danger' : 'menu-item'}
            onClick={() => {
              close();
              item.run();
            }}
          >
            {item.icon && <Icon name={item.icon} />}
            {item.label}
          </button>
        ))
      }
    </Popover>
  );
}
