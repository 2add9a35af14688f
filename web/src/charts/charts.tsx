// SPDX-License-Identifier: Apache-2.0
// The metric charts of one or several runs, with their controls; what is set stands in the address.

import { useMemo } from 'preact/hooks';
import { plural } from '../lib/format';
import { setQuery, useRoute } from '../lib/router';
import { useShortcut } from '../lib/keys';
import { SearchBox, Segments, Switch } from '../ui/controls';
import { Empty } from '../ui/page';
import { type ChartRun, type ChartSettings, Legend, MetricCard } from './metric-card';
import type { XAxis } from './series';

function settingsOf(query: URLSearchParams): ChartSettings {
  const axis = query.get('x');
  const smoothing = Number(query.get('smooth') ?? 0);
  return {
    axis: axis === 'time' || axis === 'relative' ? axis : 'step',
    logY: query.get('log') === '1',
    smoothing: smoothing > 0 && smoothing < 1 ? smoothing : 0,
  };
}

/** Metrics named `train/loss` stand under `train`; those without a slash come first. */
function groups(keys: string[]): [string, string[]][] {
  const found = new Map<string, string[]>();
  for (const key of [...keys].sort()) {
    const cut = key.lastIndexOf('/');
    const name = cut < 0 ? '' : key.slice(0, cut);
    found.set(name, [...(found.get(name) ?? []), key]);
  }
  return [...found].sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

function rank(group: string): number {
  return group === '' ? 0 : group.startsWith('system') ? 2 : 1;
}

function Controls({ settings, search }: { settings: ChartSettings; search: string }) {
  useShortcut('l', 'Charts', 'Logarithmic y axis on or off', () => setQuery({ log: settings.logY ? null : '1' }));
  useShortcut('/', 'Charts', 'Search metrics', () => document.getElementById('metric-search')?.focus());
  const smoothing = String(settings.smoothing);
  return (
    <div class="toolbar">
      <SearchBox
        id="metric-search"
        label="Search metrics"
        value={search}
        onInput={(text) => setQuery({ metric: text || null })}
      />
      <Segments<XAxis>
        label="X axis"
        value={settings.axis}
        options={[
          { value: 'step', label: 'Step' },
          { value: 'time', label: 'Time' },
          { value: 'relative', label: 'Relative' },
        ]}
        onChange={(axis) => setQuery({ x: axis === 'step' ? null : axis })}
      />
      <Switch label="Log scale" checked={settings.logY} onChange={(on) => setQuery({ log: on ? '1' : null })} />
      <label class="slider">
        Smoothing
        <input
          type="range"
          min="0"
          max="0.99"
          step="0.01"
          value={smoothing}
          aria-valuetext={settings.smoothing ? smoothing : 'off'}
          onInput={(event) => {
            const value = event.currentTarget.value;
            setQuery({ smooth: Number(value) > 0 ? value : null });
          }}
        />
        <output>{settings.smoothing ? settings.smoothing.toFixed(2) : 'off'}</output>
      </label>
    </div>
  );
}

interface MetricChartsProps {
  runs: ChartRun[];
  metrics: string[];
  turn?: number;
}

export function MetricCharts({ runs, metrics, turn }: MetricChartsProps) {
  const { query } = useRoute();
  const settings = settingsOf(query);
  const search = query.get('metric') ?? '';
  const all = metrics.join('\n');
  const shown = useMemo(
    () => groups(metrics.filter((key) => key.toLowerCase().includes(search.toLowerCase()))),
    [all, search],
  );
  if (metrics.length === 0) {
    return (
      <Empty icon="chart" title="No metrics yet">
        <p>
          Metrics appear here as they are logged, for instance with <code>mlflow.log_metric("loss", 0.3, step=1)</code>.
        </p>
      </Empty>
    );
  }
  return (
    <div class="charts">
      <Controls settings={settings} search={search} />
      <Legend runs={runs} />
      {shown.length === 0 && (
        <Empty icon="search" title="No metric has that name">
          <p>{plural(metrics.length, 'metric')} could be shown.</p>
        </Empty>
      )}
      {shown.map(([group, keys]) => (
        <details class="chart-group" open key={group}>
          <summary>
            {group || 'Metrics'}
            <span class="count">{keys.length}</span>
          </summary>
          <div class="chart-grid">
            {keys.map((key) => (
              <MetricCard key={key} metric={key} runs={runs} settings={settings} turn={turn} />
            ))}
          </div>
        </details>
      ))}
    </div>
  );
}
