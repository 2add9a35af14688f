// SPDX-License-Identifier: Apache-2.0
// The plugins of the server: what there is, from where, whether it is loaded, and what its calls took.

import { callsOf, isTroubled, listPlugins, type Plugin } from '../api/plugins';
import { useQueryText } from '../lib/debounce';
import { formatSeconds, plural } from '../lib/format';
import { useShortcut } from '../lib/keys';
import { useResource } from '../lib/resource';
import { paths, setQuery, useRoute } from '../lib/router';
import { IconButton, SearchBox, Segments } from '../ui/controls';
import { type Heading, ListTable } from '../ui/list';
import { Empty, Failure, PageHead, Skeleton } from '../ui/page';

const headings: Heading[] = [
  { label: 'Plugin', wide: true },
  { label: 'State' },
  { label: 'Offers', hideNarrow: true },
  { label: 'From', hideNarrow: true },
  { label: 'Calls' },
  { label: 'Time', hideNarrow: true },
  { label: 'Errors' },
];

type Filter = 'all' | 'used' | 'trouble';

const filters: { value: Filter; label: string }[] = [
  { value: 'all', label: 'All' },
  { value: 'used', label: 'Called' },
  { value: 'trouble', label: 'In trouble' },
];

export const stateNames: Record<Plugin['state'], string> = {
  found: 'Not loaded yet',
  loaded: 'Loaded',
  refused: 'Refused',
  denied: 'Denied',
};

export function StateBadge({ plugin }: { plugin: Plugin }) {
  const kind = plugin.state === 'refused' ? 'badge danger' : plugin.state === 'loaded' ? 'badge accent' : 'badge';
  return (
    <span class={kind} title={plugin.why}>
      {stateNames[plugin.state]}
    </span>
  );
}

/** "tracking_store" for "mlflow.tracking_store". */
export function shortGroup(group: string): string {
  return group.replace(/^[a-z]+\./, '').replaceAll('_', ' ');
}

export function sourceOf(plugin: Plugin): string {
  return plugin.environment ?? plugin.source;
}

function Offers({ plugin }: { plugin: Plugin }) {
  const groups = [...new Set(plugin.entries.map((entry) => shortGroup(entry.group)))];
  return (
    <span title={groups.join(', ')}>
      {groups.slice(0, 2).join(', ')}
      {groups.length > 2 && <span class="faint"> and {groups.length - 2} more</span>}
    </span>
  );
}

function Errors({ plugin }: { plugin: Plugin }) {
  const calls = callsOf(plugin);
  if (!calls) return <span class="faint">–</span>;
  if (calls.failed + calls.stuck + calls.refused === 0) return <span>none</span>;
  return (
    <div class="chips">
      {calls.failed > 0 && <span class="badge danger">{calls.failed} failed</span>}
      {calls.stuck > 0 && <span class="badge danger">{calls.stuck} stuck</span>}
      {calls.refused > 0 && (
        <span class="badge" title="Calls that were refused because of what was asked for">
          {calls.refused} refused
        </span>
      )}
    </div>
  );
}

function Row({ plugin }: { plugin: Plugin }) {
  const calls = callsOf(plugin);
  return (
    <tr>
      <th scope="row" class="wide">
        <a class="strong" href={paths.plugin(plugin.name || plugin.file || '')}>
          {plugin.name || plugin.file}
        </a>{' '}
        <span class="faint">{plugin.version}</span>
        <div class={plugin.why ? 'break danger-text' : 'faint clip hide-narrow'}>{plugin.why || plugin.description}</div>
      </th>
      <td>
        <StateBadge plugin={plugin} />
      </td>
      <td class="hide-narrow">
        <Offers plugin={plugin} />
      </td>
      <td class="hide-narrow">
        <span class="clip short" title={plugin.file ?? plugin.environment}>
          {sourceOf(plugin)}
        </span>
      </td>
      <td class="number">{calls ? calls.returned.toLocaleString('en') : <span class="faint">–</span>}</td>
      <td class="hide-narrow number">{calls ? formatSeconds(calls.seconds) : <span class="faint">–</span>}</td>
      <td>
        <Errors plugin={plugin} />
      </td>
    </tr>
  );
}

function matches(plugin: Plugin, needle: string): boolean {
  const words = [plugin.name, plugin.description, plugin.file ?? '', ...plugin.entries.flatMap((e) => [e.group, e.name])];
  return words.join('\n').toLowerCase().includes(needle.toLowerCase());
}

function passes(plugin: Plugin, filter: Filter): boolean {
  return filter === 'all' || (filter === 'used' ? callsOf(plugin) !== undefined : isTroubled(plugin));
}

/** The chain that every request goes through. */
function Apps({ names }: { names: string[] }) {
  if (names.length === 0) return null;
  return (
    <p class="hint">
      Every request passes {plural(names.length, 'app')}, in this order: <b>{names.join(' → ')}</b>
    </p>
  );
}

export function PluginsPage() {
  const { query } = useRoute();
  const [text, search, setText] = useQueryText('search');
  const filter = filters.find((f) => f.value === query.get('show'))?.value ?? 'all';
  const list = useResource('plugins', listPlugins);
  useShortcut('/', 'Plugins', 'Search plugins', () => document.getElementById('plugin-search')?.focus());
  useShortcut('r', 'Plugins', 'Load again', list.reload);
  const shown = (list.data?.plugins ?? []).filter((p) => matches(p, search) && passes(p, filter));
  return (
    <div class="page">
      <PageHead title="Plugins" actions={<IconButton icon="refresh" label="Load again" onClick={list.reload} />}>
        {list.data && <Apps names={list.data.apps} />}
      </PageHead>
      <div class="toolbar">
        <SearchBox id="plugin-search" label="Search plugins" value={text} onInput={setText} />
        <Segments
          label="Which plugins"
          value={filter}
          options={filters}
          onChange={(show) => setQuery({ show: show === 'all' ? undefined : show })}
        />
      </div>
      <div class="panel">
        {list.error && <Failure error={list.error} retry={list.reload} />}
        {!list.data && !list.error && <Skeleton />}
        {list.data && shown.length === 0 && <Empty icon="plug" title="No plugin is like that" />}
        {shown.length > 0 && (
          <ListTable label="Plugins" headings={headings}>
            {shown.map((plugin) => (
              <Row key={`${plugin.name}\n${plugin.file ?? ''}\n${plugin.environment ?? ''}`} plugin={plugin} />
            ))}
          </ListTable>
        )}
        {list.data && (
          <footer class="list-foot">
            <span role="status">{plural(shown.length, 'plugin')}</span>
          </footer>
        )}
      </div>
    </div>
  );
}
