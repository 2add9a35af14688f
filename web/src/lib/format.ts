// SPDX-License-Identifier: Apache-2.0
// How numbers, times and sizes are written.

import type { Double } from '../api/types';

/** The wire carries NaN and the infinities as strings. */
export function toNumber(value: Double | undefined): number {
  if (typeof value === 'number') return value;
  return value === undefined ? NaN : Number(value);
}

/** At most six significant digits, never an exponent where plain digits are short. */
export function formatNumber(value: Double | undefined, digits = 6): string {
  if (value === undefined) return '';
  const number = toNumber(value);
  if (!Number.isFinite(number)) return Number.isNaN(number) ? 'NaN' : number > 0 ? '∞' : '−∞';
  if (Math.abs(number) >= Number.MAX_VALUE) return number > 0 ? '∞' : '−∞'; // how MLflow stores the infinities
  const size = Math.abs(number);
  if (Number.isInteger(number) && size < 1e9) return String(number);
  if (size !== 0 && (size < 1e-4 || size >= 1e9)) return trimExponent(number.toExponential(Math.max(0, digits - 3)));
  return String(Number(number.toPrecision(digits)));
}

function trimExponent(text: string): string {
  return text.replace(/\.?0+e/, 'e').replace('e+', 'e');
}

const dateFormat = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const relativeFormat = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'long' });

export function formatDate(ms: number | undefined): string {
  return ms ? dateFormat.format(new Date(ms)) : '–';
}

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

export function formatAgo(ms: number | undefined, now = Date.now()): string {
  if (!ms) return '–';
  const seconds = (ms - now) / 1000;
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= size) return relativeFormat.format(Math.trunc(seconds / size), unit);
  }
  return 'just now';
}

export function formatDuration(ms: number): string {
  if (!(ms >= 0)) return '–';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Of calls, which may take microseconds. */
export function formatSeconds(seconds: number): string {
  if (seconds >= 1) return formatDuration(seconds * 1000);
  const ms = seconds * 1000;
  return ms >= 1 ? `${formatNumber(ms, 3)} ms` : `${formatNumber(ms * 1000, 3)} µs`;
}

export function formatBytes(bytes: number | undefined): string {
  if (bytes === undefined) return '';
  let size = bytes;
  for (const unit of ['B', 'KB', 'MB', 'GB']) {
    if (size < 1024) return `${unit === 'B' || size >= 100 ? Math.round(size) : size.toFixed(1)} ${unit}`;
    size /= 1024;
  }
  return `${size.toFixed(1)} TB`;
}

/** A length for a style: the renderer adds no unit by itself. */
export function px(length: number): string {
  return `${length}px`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}
