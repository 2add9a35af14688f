// SPDX-License-Identifier: Apache-2.0

import { shortcuts, type Shortcut } from '../lib/keys';
import { Dialog } from './dialog';

const names: Record<string, string> = {
  enter: 'Enter',
  arrowdown: '↓',
  arrowup: '↑',
  ' ': 'Space',
  escape: 'Esc',
};

function Keys({ keys }: { keys: string }) {
  const parts = keys === ' ' ? [' '] : keys.split(' ');
  return (
    <span class="keys">
      {parts.map((part) => (
        <kbd key={part}>{names[part] ?? part.replace('mod+k', 'Ctrl K')}</kbd>
      ))}
    </span>
  );
}

function grouped(): [string, Shortcut[]][] {
  const groups = new Map<string, Shortcut[]>();
  for (const one of shortcuts()) groups.set(one.group, [...(groups.get(one.group) ?? []), one]);
  return [...groups].sort(([a], [b]) => Number(a === 'Everywhere') - Number(b === 'Everywhere'));
}

export function HelpDialog({ onClose }: { onClose: () => void }) {
  const licences = document.querySelector<HTMLMetaElement>('meta[name=licences]')?.content;
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      {grouped().map(([group, list]) => (
        <section key={group} class="help-group">
          <h3>{group}</h3>
          <dl>
            {list.map((one) => (
              <div key={one.keys}>
                <dt>
                  <Keys keys={one.keys} />
                </dt>
                <dd>{one.does}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      {licences && (
        <p class="hint">
          <a href={licences} target="_blank" rel="noopener">
            Licences of the software in this page
          </a>
        </p>
      )}
    </Dialog>
  );
}
