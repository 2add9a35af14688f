// SPDX-License-Identifier: Apache-2.0
// One plugin: what is known of it, and each of its entries with its options and calls.

import { type Calls, listPlugins, type Plugin, type PluginEntry, type PluginOption } from '../api/plugins';
import { formatSeconds } from '../lib/format';
import { useShortcut } from '../lib/keys';
import { useResource } from '../lib/resource';
import { paths } from '../lib/router';
import { IconButton } from '../ui/controls';
import { ListTable } from '../ui/list';
import { Card, Empty, Facts, Failure, PageHead, Skeleton } from '../ui/page';
import { shortGroup, sourceOf, StateBadge } from './plugins';

const optionHeadings = [
  { label: 'Option' },
  { label: 'Type', hideNarrow: true },
  { label: 'Default' },
  { label: 'What it means', wide: true },
];

function OptionRow({ option }: { option: PluginOption }) {
  return (
    <tr>
      <th scope="row">
        <code>{option.name}</code>
      </th>
      <td class="hide-narrow">{option.type}</td>
      <td>{option.default ? <code>{option.default}</code> : <span class="faint">none</span>}</td>
      <td class="wide">{option.doc}</td>
    </tr>
  );
}

function callFacts(calls: Calls): [string, string][] {
  const each = calls.returned > 0 ? calls.seconds / calls.returned : 0;
  const facts: [string, string][] = [
    ['Calls', calls.returned.toLocaleString('en')],
    ['Refused', calls.refused.toLocaleString('en')],
    ['Failed', calls.failed.toLocaleString('en')],
    ['Time', `${formatSeconds(calls.seconds)}, ${formatSeconds(each)} each`],
    ['Longest', formatSeconds(calls.longest_seconds)],
  ];
  if (calls.running > 0) facts.push(['Running', `${calls.running}, ${calls.stuck} of them stuck`]);
  return facts;
}

function EntryNote({ entry }: { entry: PluginEntry }) {
  if (entry.ambiguous)
    return <p class="danger-text">Another plugin of the same source has this name: its use is an error.</p>;
  if (entry.shadowed_by)
    return (
      <p class="hint">
        Not used: the one of <a href={paths.plugin(entry.shadowed_by)}>{entry.shadowed_by}</a> comes first.
      </p>
    );
  return null;
}

function EntryCard({ plugin, entry }: { plugin: Plugin; entry: PluginEntry }) {
  const title = `${shortGroup(entry.group)}${entry.name ? `: ${entry.name}` : ''}`;
  return (
    <Card title={title} actions={<span class="faint">{entry.group}</span>}>
      <div class="card-body">
        <EntryNote entry={entry} />
        {entry.calls ? (
          <Facts items={callFacts(entry.calls)} />
        ) : (
          <p class="faint">This server has not called it{plugin.state === 'found' ? ', so it is not loaded' : ''}.</p>
        )}
      </div>
      {entry.options && (
        <ListTable label={`Options of ${title}`} headings={optionHeadings}>
          {entry.options.map((option) => (
            <OptionRow key={option.name} option={option} />
          ))}
        </ListTable>
      )}
    </Card>
  );
}

function About({ plugin }: { plugin: Plugin }) {
  const facts: [string, string | undefined][] = [
    ['Licence', plugin.licence],
    ['From', sourceOf(plugin)],
    ['File', plugin.file],
    ['Plugin ABI', plugin.abi],
  ];
  return (
    <Card title="About">
      <div class="card-body">
        <p>{plugin.description}</p>
        {plugin.why && <p class="break danger-text">{plugin.why}</p>}
        <Facts items={facts.flatMap(([name, value]) => (value ? [[name, <span class="break">{value}</span>]] : []))} />
      </div>
    </Card>
  );
}

function Sections({ plugin }: { plugin: Plugin }) {
  return (
    <div class="column">
      <About plugin={plugin} />
      {plugin.entries.map((entry) => (
        <EntryCard key={`${entry.group}\n${entry.name}`} plugin={plugin} entry={entry} />
      ))}
    </div>
  );
}

export function PluginPage({ name }: { name: string }) {
  const list = useResource('plugins', listPlugins);
  useShortcut('r', 'Plugin', 'Load again', list.reload);
  const found = (list.data?.plugins ?? []).filter((p) => (p.name || p.file) === name);
  const first = found[0];
  return (
    <div class="page">
      <PageHead
        crumbs={[{ label: 'Plugins', href: paths.plugins() }]}
        title={name}
        badge={
          first && (
            <>
              <span class="faint">{first.version}</span> <StateBadge plugin={first} />
            </>
          )
        }
        actions={<IconButton icon="refresh" label="Load again" onClick={list.reload} />}
      />
      {list.error && <Failure error={list.error} retry={list.reload} />}
      {!list.data && !list.error && <Skeleton />}
      {list.data && !first && <Empty icon="plug" title={`There is no plugin named ${name}`} />}
      {found.map((plugin) => (
        <Sections key={`${plugin.file ?? ''}\n${plugin.environment ?? ''}`} plugin={plugin} />
      ))}
    </div>
  );
}
