// SPDX-License-Identifier: Apache-2.0
// A card with the chart of one metric in one or several runs; it loads when it comes into sight.

import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { maxRunsOfHistory, metricHistory, metricSamples } from '../api/runs';
import type { Metric, MetricOfRun, Run } from '../api/types';
import { download, toCsv } from '../lib/download';
import { formatNumber, plural, px } from '../lib/format';
import { useResource } from '../lib/resource';
import { IconButton } from '../ui/controls';
import { Dialog } from '../ui/dialog';
import { runName } from '../ui/status';
import { Swatch } from '../ui/swatch';
import { attempt } from '../ui/toast';
import { Plot } from './plot';
import { colorOf, isDashed, type Line, type XAxis } from './series';

export interface ChartRun {
  id: string;
  name: string;
  color: string;
  dashed: boolean;
}

/** Runs as the charts take them: the n-th gets the n-th colour. */
export function toChartRuns(runs: Run[]): ChartRun[] {
  return runs.map((run, index) => ({
    id: run.info.run_id,
    name: runName(run),
    color: colorOf(index),
    dashed: isDashed(index),
  }));
}

export interface ChartSettings {
  axis: XAxis;
  logY: boolean;
  smoothing: number;
}

const samplePoints = 1000;

function useInSight(): [preact.RefObject<HTMLElement | null>, boolean] {
  const element = useRef<HTMLElement>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (seen || !element.current) return;
    const observer = new IntersectionObserver((found) => found.some((f) => f.isIntersecting) && setSeen(true), {
      rootMargin: '240px',
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [seen]);
  return [element, seen];
}

async function samples(
  runs: string[],
  key: string,
  range: [number, number] | undefined,
  signal: AbortSignal,
): Promise<MetricOfRun[]> {
  const parts: Promise<MetricOfRun[]>[] = [];
  for (let at = 0; at < runs.length; at += maxRunsOfHistory) {
    parts.push(metricSamples(runs.slice(at, at + maxRunsOfHistory), key, samplePoints, range, signal));
  }
  return (await Promise.all(parts)).flat();
}

function toLines(runs: ChartRun[], metrics: MetricOfRun[]): Line[] {
  const byRun = new Map<string, Metric[]>();
  for (const metric of metrics) {
    const list = byRun.get(metric.run_id);
    if (list) list.push(metric);
    else byRun.set(metric.run_id, [metric]);
  }
  return runs
    .filter((run) => byRun.has(run.id))
    .map((run) => ({ id: run.id, label: run.name, color: run.color, dashed: run.dashed, metrics: byRun.get(run.id)! }));
}

async function downloadHistory(runs: ChartRun[], key: string): Promise<void> {
  const rows: string[][] = [['run_id', 'run_name', 'step', 'timestamp', 'value']];
  for (const run of runs) {
    for (const m of await metricHistory(run.id, key)) {
      rows.push([run.id, run.name, String(m.step ?? 0), String(m.timestamp), String(m.value)]);
    }
  }
  download(`${key.replaceAll('/', '_')}.csv`, 'text/csv', toCsv(rows));
}

/** A metric that was logged once is a number, not a line. */
function Single({ lines }: { lines: Line[] }) {
  const sorted = [...lines].sort((a, b) => Number(b.metrics[0]!.value) - Number(a.metrics[0]!.value));
  const most = Math.max(...sorted.map((line) => Math.abs(Number(line.metrics[0]!.value))).filter(Number.isFinite));
  if (lines.length === 1) {
    const metric = lines[0]!.metrics[0]!;
    return (
      <div class="single-value">
        <b>{formatNumber(metric.value)}</b>
        <span class="faint">logged once, at step {metric.step ?? 0}</span>
      </div>
    );
  }
  return (
    <ul class="bars">
      {sorted.map((line) => {
        const value = Number(line.metrics[0]!.value);
        return (
          <li key={line.id}>
            <span class="bar-name">{line.label}</span>
            <span class="bar-track">
              <span style={{ width: `${(100 * Math.abs(value)) / (most || 1)}%`, background: line.color }} />
            </span>
            <b>{formatNumber(line.metrics[0]!.value)}</b>
          </li>
        );
      })}
    </ul>
  );
}

function last(lines: Line[]): string {
  const metrics = lines[0]?.metrics;
  return lines.length === 1 && metrics?.length ? formatNumber(metrics[metrics.length - 1]!.value) : '';
}

interface MetricCardProps {
  metric: string;
  runs: ChartRun[];
  settings: ChartSettings;
  /** Changes when new points may have been logged. */
  turn?: number;
}

interface BodyProps extends MetricCardProps {
  height: number;
  load: boolean;
  head: (lines: Line[], zoomed: boolean, reset: () => void) => ComponentChildren;
}

function CardBody({ metric, runs, settings, height, load, head, turn = 0 }: BodyProps) {
  const [zoom, setZoom] = useState<[number, number] | null>(null);
  useEffect(() => setZoom(null), [settings.axis]);
  const ids = runs.map((run) => run.id);
  // Zooming on the step axis asks the server for that interval, which it then thins less.
  const range: [number, number] | undefined =
    zoom && settings.axis === 'step' ? [Math.floor(zoom[0]), Math.ceil(zoom[1])] : undefined;
  const base = `history:${metric}:${ids.join()}`;
  const whole = useResource(load ? `${base}:${turn}` : null, (signal) => samples(ids, metric, undefined, signal));
  const close = useResource(load && range ? `${base}:${turn}:${range.join()}` : null, (signal) =>
    samples(ids, metric, range, signal),
  );
  const previous = useRef<MetricOfRun[] | undefined>(undefined);
  if (whole.data) previous.current = whole.data;
  const metrics = (range && close.data) ?? whole.data ?? previous.current;
  const colors = runs.map((run) => run.color + run.name).join();
  const lines = useMemo(() => (metrics ? toLines(runs, metrics) : []), [metrics, colors]);
  const single = lines.length > 0 && lines.every((line) => line.metrics.length === 1) && !zoom;

  return (
    <>
      {head(lines, zoom !== null, () => setZoom(null))}
      {single && <Single lines={lines} />}
      {!single && lines.length > 0 && (
        <Plot {...settings} lines={lines} label={metric} height={height} zoom={zoom} onZoom={setZoom} />
      )}
      {lines.length === 0 && (
        <div class="plot-wait" style={{ height: px(height) }}>
          {whole.error ? whole.error.message : metrics ? 'No points were logged.' : ''}
        </div>
      )}
    </>
  );
}

export function MetricCard(props: MetricCardProps) {
  const { metric, runs } = props;
  const [element, seen] = useInSight();
  const [large, setLarge] = useState(false);
  const head = (lines: Line[], zoomed: boolean, reset: () => void) => (
    <header class="metric-head">
      <h3 title={metric}>{metric}</h3>
      <span class="metric-last">{last(lines)}</span>
      {zoomed && (
        <button type="button" class="link-button" onClick={reset}>
          Reset zoom
        </button>
      )}
      <IconButton icon="expand" label={`Enlarge ${metric}`} onClick={() => setLarge(true)} />
    </header>
  );
  return (
    <section class="metric-card" ref={element} aria-label={metric}>
      <CardBody {...props} height={196} load={seen} head={head} />
      {large && (
        <Dialog title={metric} wide onClose={() => setLarge(false)}>
          <CardBody
            {...props}
            height={Math.max(260, Math.min(520, innerHeight - 260))}
            load
            head={(lines, zoomed, reset) => (
              <div class="row metric-tools">
                <span class="faint">
                  {plural(
                    lines.reduce((n, line) => n + line.metrics.length, 0),
                    'point',
                  )}{' '}
                  shown. Drag to zoom, double-click to reset.
                </span>
                {zoomed && (
                  <button type="button" class="link-button" onClick={reset}>
                    Reset zoom
                  </button>
                )}
                <button
                  type="button"
                  class="link-button"
                  onClick={() => void attempt(() => downloadHistory(runs, metric))}
                >
                  Download all points as CSV
                </button>
              </div>
            )}
          />
          <Legend runs={runs} />
        </Dialog>
      )}
    </section>
  );
}

export function Legend({ runs }: { runs: ChartRun[] }) {
  if (runs.length < 2) return null;
  return (
    <ul class="legend">
      {runs.map((run) => (
        <li key={run.id}>
          <Swatch color={run.color} dashed={run.dashed} />
          {run.name}
        </li>
      ))}
    </ul>
  );
}
