// SPDX-License-Identifier: Apache-2.0
// One line chart: uPlot with our axes, a tooltip, and zoom by dragging.

import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { formatDate, formatDuration, formatNumber, px } from '../lib/format';
import { useTheme } from '../lib/theme';
import { Swatch } from '../ui/swatch';
import { type Line, nearest, type Prepared, prepare, resolveColor, type XAxis } from './series';

export interface PlotProps {
  lines: Line[];
  label: string;
  axis: XAxis;
  logY: boolean;
  smoothing: number;
  height: number;
  zoom: [number, number] | null;
  onZoom: (range: [number, number] | null) => void;
}

interface Hover {
  left: number;
  width: number;
  x: number;
  rows: { line: Line; value: number }[];
}

const tooltipRows = 10;

function formatX(axis: XAxis, x: number): string {
  if (axis === 'time') return formatDate(x * 1000);
  if (axis === 'relative') return formatDuration(x * 1000);
  return `step ${formatNumber(x)}`;
}

function axes(axis: XAxis): uPlot.Axis[] {
  const text = resolveColor('var(--text-3)');
  const line = resolveColor('var(--grid)');
  const font = `11px ${getComputedStyle(document.body).fontFamily}`;
  const common: uPlot.Axis = {
    stroke: text,
    font,
    grid: { stroke: line, width: 1 },
    ticks: { show: false },
    border: { show: false },
  };
  const x: uPlot.Axis = { ...common, space: 64, size: 24, gap: 4, grid: { show: false } };
  if (axis === 'relative') x.values = (_, splits) => splits.map((v) => formatDuration(v * 1000).replace('.0', ''));
  if (axis === 'step') x.values = (_, splits) => splits.map((v) => (Number.isInteger(v) ? formatNumber(v) : ''));
  return [
    x,
    {
      ...common,
      gap: 4,
      space: 32,
      size: (_, values) => 12 + 6.6 * Math.max(3, ...(values ?? []).map((v) => (v ?? '').length)),
      values: (_, splits) => splits.map((v) => (v == null ? '' : formatNumber(v, 4))),
    },
  ];
}

function seriesOf(prepared: Prepared): uPlot.Series[] {
  const series: uPlot.Series[] = [{}];
  for (const { line, raw, smooth } of prepared.rows) {
    const stroke = resolveColor(line.color);
    const count = Array.from(prepared.data[raw] ?? []).filter((y) => y != null).length;
    const dash = line.dashed ? [7, 4] : undefined;
    const showPoints = { show: count < 2, size: 7, fill: stroke };
    series.push({ stroke, dash, width: smooth ? 1 : 1.75, alpha: smooth ? 0.28 : 1, points: showPoints });
    if (smooth) series.push({ stroke, dash, width: 2, points: { show: false } });
  }
  return series;
}

function hoverAt(u: uPlot, prepared: Prepared): Hover | null {
  const { left, idx } = u.cursor;
  if (idx == null || left == null || left < 0) return null;
  const rows: Hover['rows'] = [];
  for (const { line, raw, smooth } of prepared.rows) {
    const row = smooth ?? raw;
    const value = prepared.data[row]?.[nearest(prepared.data, row, idx)];
    if (value != null) rows.push({ line, value });
  }
  rows.sort((a, b) => b.value - a.value);
  return { left: left + u.bbox.left / devicePixelRatio, width: u.width, x: prepared.data[0][idx]!, rows };
}

function Tooltip({ hover, axis }: { hover: Hover; axis: XAxis }) {
  const side =
    hover.left > hover.width / 2 ? { right: px(hover.width - hover.left + 12) } : { left: px(hover.left + 12) };
  const shown = hover.rows.slice(0, tooltipRows);
  return (
    <div class="chart-tooltip" style={side} aria-hidden="true">
      <div class="faint">{formatX(axis, hover.x)}</div>
      {shown.map(({ line, value }) => (
        <div class="tooltip-row" key={line.id}>
          <Swatch color={line.color} dashed={line.dashed} />
          <span class="tooltip-name">{line.label}</span>
          <b>{formatNumber(value)}</b>
        </div>
      ))}
      {hover.rows.length > shown.length && <div class="faint">and {hover.rows.length - shown.length} more</div>}
    </div>
  );
}

function create(box: HTMLElement, prepared: Prepared, props: PlotProps, onHover: (hover: Hover | null) => void): uPlot {
  const { axis, logY, height, zoom, onZoom } = props;
  const options: uPlot.Options = {
    width: Math.max(120, box.clientWidth),
    height,
    padding: [10, 12, 0, 0],
    legend: { show: false },
    scales: {
      x: { time: axis === 'time', ...(zoom ? { range: () => zoom } : {}) },
      y: { distr: logY ? 3 : 1, ...(logY ? {} : { range: niceRange }) },
    },
    axes: axes(axis),
    series: seriesOf(prepared),
    cursor: {
      y: false,
      drag: { x: true, y: false, setScale: false },
      points: { size: 7, width: 2 },
      dataIdx: (u, row, index) => (row === 0 ? index : nearest(u.data, row, index)),
    },
    hooks: {
      setCursor: [(u) => onHover(hoverAt(u, prepared))],
      setSelect: [
        (u) => {
          const { left, width } = u.select;
          if (width < 4) return;
          u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          onZoom([u.posToVal(left, 'x'), u.posToVal(left + width, 'x')]);
        },
      ],
    },
  };
  const plot = new uPlot(options, prepared.data, box);
  plot.over.addEventListener('dblclick', () => onZoom(null));
  return plot;
}

/** A little air above and below; a constant gets a band around it. */
function niceRange(_: uPlot, low: number | null, high: number | null): [number, number] {
  if (low == null || high == null) return [0, 1];
  const air = low === high ? Math.abs(low) * 0.1 || 1 : (high - low) * 0.06;
  return [low - air, high + air];
}

function describe(label: string, lines: Line[]): string {
  const count = lines.reduce((n, line) => n + line.metrics.length, 0);
  return `Chart of ${label}: ${lines.length} ${lines.length === 1 ? 'run' : 'runs'}, ${count} points`;
}

export function Plot(props: PlotProps) {
  const { lines, axis, logY, smoothing, height, zoom } = props;
  const box = useRef<HTMLDivElement>(null);
  const [hover, setHover] = useState<Hover | null>(null);
  const { dark } = useTheme();
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    const element = box.current!;
    const prepared = prepare(lines, axis, logY, smoothing);
    if (prepared.empty) return;
    const onZoom = (range: [number, number] | null) => latest.current.onZoom(range);
    const plot = create(element, prepared, { ...latest.current, onZoom }, setHover);
    const observer = new ResizeObserver(() => plot.setSize({ width: Math.max(120, element.clientWidth), height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
      setHover(null);
    };
  }, [lines, axis, logY, smoothing, height, zoom?.[0], zoom?.[1], dark]);

  return (
    <div class="plot" style={{ height: px(height) }}>
      <div ref={box} role="img" aria-label={describe(props.label, lines)} />
      {hover && hover.rows.length > 0 && <Tooltip hover={hover} axis={axis} />}
    </div>
  );
}
