// SPDX-License-Identifier: Apache-2.0
// The plugins of the server, with what their calls took.

import { getOwn } from './http';

export interface Calls {
  returned: number;
  /** With an error that is the caller's. */
  refused: number;
  failed: number;
  seconds: number;
  longest_seconds: number;
  running: number;
  /** Running, but their client was answered without them. */
  stuck: number;
}

export interface PluginOption {
  name: string;
  type: string;
  default?: string;
  doc: string;
}

export interface PluginEntry {
  group: string;
  name: string;
  object?: string;
  shadowed_by?: string;
  ambiguous?: boolean;
  options?: PluginOption[];
  calls?: Calls;
}

export interface Plugin {
  name: string;
  version: string;
  description: string;
  licence: string;
  source: string;
  file?: string;
  environment?: string;
  abi?: string;
  state: 'found' | 'loaded' | 'refused' | 'denied';
  why?: string;
  entries: PluginEntry[];
}

export interface PluginList {
  version: string;
  /** The names of the server apps, in the order in which they are asked. */
  apps: string[];
  plugins: Plugin[];
}

export function listPlugins(signal: AbortSignal): Promise<PluginList> {
  return getOwn<PluginList>('plugins', signal);
}

/** All entries of a plugin together; undefined when none was called. */
export function callsOf(plugin: Plugin): Calls | undefined {
  const all = plugin.entries.flatMap((entry) => entry.calls ?? []);
  if (all.length === 0) return undefined;
  return all.reduce((sum, one) => ({
    returned: sum.returned + one.returned,
    refused: sum.refused + one.refused,
    failed: sum.failed + one.failed,
    seconds: sum.seconds + one.seconds,
    longest_seconds: Math.max(sum.longest_seconds, one.longest_seconds),
    running: sum.running + one.running,
    stuck: sum.stuck + one.stuck,
  }));
}

/** Something that the operator should look at. */
export function isTroubled(plugin: Plugin): boolean {
  const calls = callsOf(plugin);
  return (
    plugin.state === 'refused' ||
    plugin.entries.some((entry) => entry.ambiguous) ||
    (calls !== undefined && (calls.failed > 0 || calls.stuck > 0))
  );
}
