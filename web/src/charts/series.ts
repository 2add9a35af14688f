// SPDX-License-Identifier: Apache-2.0
// From metric histories to what a chart draws.

import uPlot from 'uplot';
import type { Metric } from '../api/types';
import { toNumber } from '../lib/format';

export type XAxis = 'step' | 'time' | 'relative';

export interface Line {
  id: string;
  label: string;
  color: string;
  /** Tells apart the runs that share a colour, when there are more runs than colours. */
  dashed: boolean;
  metrics: Metric[];
}

export interface Prepared {
  data: uPlot.AlignedData;
  /** For each line, the place of its values in `data`: raw, and smoothed where that is asked for. */
  rows: { line: Line; raw: number; smooth: number | null }[];
  empty: boolean;
}

interface Points {
  xs: number[];
  ys: (number | null)[];
}

function points(metrics: Metric[], axis: XAxis, logY: boolean): Points {
  const start = metrics.reduce((least, m) => Math.min(least, m.timestamp), Infinity);
  const byX = new Map<number, Metric>();
  for (const metric of metrics) {
    const x =
      axis === 'step'
        ? (metric.step ?? 0)
        : axis === 'time'
          ? metric.timestamp / 1000
          : (metric.timestamp - start) / 1000;
    const old = byX.get(x);
    if (!old || old.timestamp <= metric.timestamp) byX.set(x, metric); // the last one logged at a step counts
  }
  const xs = [...byX.keys()].sort((a, b) => a - b);
  const ys = xs.map((x) => {
    const y = toNumber(byX.get(x)!.value);
    return Number.isFinite(y) && Math.abs(y) < Number.MAX_VALUE && (!logY || y > 0) ? y : null;
  });
  return { xs, ys };
}

/** An exponential moving average, corrected for its start, as TensorBoard's; gaps stay gaps. */
export function smoothed(ys: (number | null)[], weight: number): (number | null)[] {
  let last = 0;
  let count = 0;
  return ys.map((y) => {
    if (y === null) return null;
    last = last * weight + (1 - weight) * y;
    count += 1;
    return last / (1 - weight ** count);
  });
}

export function prepare(lines: Line[], axis: XAxis, logY: boolean, smoothing: number): Prepared {
  const tables: uPlot.AlignedData[] = [];
  const rows: Prepared['rows'] = [];
  let column = 1;
  for (const line of lines) {
    const { xs, ys } = points(line.metrics, axis, logY);
    const smooth = smoothing > 0 && xs.length > 2 ? smoothed(ys, smoothing) : null;
    tables.push(smooth ? [xs, ys, smooth] : [xs, ys]);
    rows.push({ line, raw: column, smooth: smooth ? column + 1 : null });
    column += smooth ? 2 : 1;
  }
  const empty = tables.every((table) => table[0].length === 0);
  return { data: empty ? [[]] : uPlot.join(tables), rows, empty };
}

/** The value of a row nearest to a place on the x axis; joined tables have holes between. */
export function nearest(data: uPlot.AlignedData, row: number, index: number): number {
  const ys = data[row]!;
  for (let away = 0; away < ys.length; away++) {
    if (ys[index - away] != null) return index - away;
    if (ys[index + away] != null) return index + away;
  }
  return index;
}

const palette = ['teal', 'orange', 'violet', 'green', 'pink', 'blue', 'amber', 'grape', 'grey', 'lime'];

/** The CSS colour of the n-th run of a comparison; both themes define it. */
export function colorOf(index: number): string {
  return `var(--series-${palette[index % palette.length]})`;
}

export function isDashed(index: number): boolean {
  return Math.floor(index / palette.length) % 2 === 1;
}

export function resolveColor(color: string): string {
  const variable = /^var\((--[\w-]+)\)$/.exec(color);
  return variable ? getComputedStyle(document.documentElement).getPropertyValue(variable[1]!).trim() : color;
}
