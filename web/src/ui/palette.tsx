// SPDX-License-Identifier: Apache-2.0
// Jump by name to an experiment or a model, or by id to a run.

import { useEffect, useId, useState } from 'preact/hooks';
import { searchExperiments } from '../api/experiments';
import { searchModels } from '../api/models';
import { getRun } from '../api/runs';
import { useDebounced } from '../lib/debounce';
import { useResource } from '../lib/resource';
import { navigate, paths } from '../lib/router';
import { Dialog } from './dialog';
import { Icon, type IconName } from './icons';

interface Target {
  icon: IconName;
  label: string;
  detail: string;
  to: string;
}

const pages: Target[] = [
  { icon: 'flask', label: 'Experiments', detail: 'Page', to: paths.experiments() },
  { icon: 'box', label: 'Models', detail: 'Page', to: paths.models() },
];

async function findRun(text: string, signal: AbortSignal): Promise<Target[]> {
  if (!/^[0-9a-f]{32}$/i.test(text)) return [];
  try {
    const { info } = await getRun(text, signal);
    return [
      {
        icon: 'chart',
        label: info.run_name || info.run_id,
        detail: 'Run',
        to: paths.run(info.experiment_id, info.run_id),
      },
    ];
  } catch {
    return []; // no such run: the other kinds may still match
  }
}

async function find(text: string, signal: AbortSignal): Promise<Target[]> {
  const [runs, experiments, models] = await Promise.all([
    findRun(text, signal),
    searchExperiments(
      { nameContains: text, view: 'ACTIVE_ONLY', orderBy: 'last_update_time DESC' },
      undefined,
      signal,
      8,
    ),
    searchModels(text, 'last_updated_timestamp DESC', undefined, signal, 5),
  ]);
  return [
    ...runs,
    ...byName(experiments.items, text).map((e): Target => ({
      icon: 'flask',
      label: e.name,
      detail: 'Experiment',
      to: paths.experiment(e.experiment_id),
    })),
    ...byName(models.items, text).map((m): Target => ({
      icon: 'box',
      label: m.name,
      detail: 'Model',
      to: paths.model(m.name),
    })),
    ...pages.filter((p) => p.label.toLowerCase().includes(text.toLowerCase())),
  ];
}

/** Names that begin with the text come first. */
function byName<T extends { name: string }>(items: T[], text: string): T[] {
  const begins = (item: T) => item.name.toLowerCase().startsWith(text.toLowerCase());
  return [...items.filter(begins), ...items.filter((item) => !begins(item))];
}

export function Palette({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const query = useDebounced(text.trim(), 120);
  const { data: targets, error } = useResource(`jump:${query}`, (signal) => find(query, signal));
  const list = useId();
  useEffect(() => setActive(0), [targets]);

  const go = (target: Target | undefined) => {
    if (!target) return;
    onClose();
    navigate(target.to);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const count = targets?.length ?? 0;
    if (event.key === 'ArrowDown') setActive((active + 1) % Math.max(1, count));
    else if (event.key === 'ArrowUp') setActive((active - 1 + count) % Math.max(1, count));
    else if (event.key === 'Enter') go(targets?.[active]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title="Jump to" onClose={onClose}>
      <input
        type="text"
        class="input"
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={targets?.length ? `${list}-${active}` : undefined}
        aria-label="Name of an experiment or model, or a run's id"
        placeholder="Name of an experiment or model, or a run's id"
        autofocus
        autocomplete="off"
        spellcheck={false}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <ul class="palette" role="listbox" id={list} aria-label="Results">
        {targets?.map((target, index) => (
          <li
            key={target.to}
            id={`${list}-${index}`}
            role="option"
            aria-selected={index === active}
            onClick={() => go(target)}
            onPointerMove={() => setActive(index)}
          >
            <Icon name={target.icon} />
            <span class="palette-label">{target.label}</span>
            <span class="faint">{target.detail}</span>
          </li>
        ))}
      </ul>
      {targets?.length === 0 && <p class="faint">Nothing has that name.</p>}
      {error && <p class="form-error">{error.message}</p>}
    </Dialog>
  );
}
