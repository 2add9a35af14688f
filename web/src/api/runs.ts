// SPDX-License-Identifier: Apache-2.0

import { call, get } from './http';
import { quoteString } from './filter';
import type { Metric, MetricOfRun, Page, Run, ViewType } from './types';

export interface RunSearch {
  experimentIds: string[];
  filter: string;
  view: ViewType;
  orderBy: string[];
}

export async function searchRuns(
  search: RunSearch,
  token: string | undefined,
  signal?: AbortSignal,
  size = 100,
): Promise<Page<Run>> {
  const answer = await call<{ runs?: Run[]; next_page_token?: string }>(
    'POST',
    'runs/search',
    {
      experiment_ids: search.experimentIds,
      filter: search.filter || undefined,
      run_view_type: search.view,
      order_by: search.orderBy,
      max_results: size,
      page_token: token,
    },
    signal,
  );
  return { items: answer.runs ?? [], next: answer.next_page_token || undefined };
}

export async function getRun(id: string, signal?: AbortSignal): Promise<Run> {
  return (await get<{ run: Run }>('runs/get', { run_id: id }, signal)).run;
}

export async function childRuns(experiment: string, id: string, signal?: AbortSignal): Promise<Page<Run>> {
  const filter = `tags.\`mlflow.parentRunId\` = ${quoteString(id)}`;
  const search: RunSearch = { experimentIds: [experiment], filter, view: 'ACTIVE_ONLY', orderBy: [] };
  return searchRuns(search, undefined, signal, 50);
}

export const renameRun = (id: string, name: string) => call('POST', 'runs/update', { run_id: id, run_name: name });

export const deleteRun = (id: string) => call('POST', 'runs/delete', { run_id: id });

export const restoreRun = (id: string) => call('POST', 'runs/restore', { run_id: id });

export const setRunTag = (id: string, key: string, value: string) =>
  call('POST', 'runs/set-tag', { run_id: id, key, value });

export const deleteRunTag = (id: string, key: string) => call('POST', 'runs/delete-tag', { run_id: id, key });

/** The server takes at most this many runs in one request for histories. */
export const maxRunsOfHistory = 100;

/** A thinned history of one metric in several runs; between two steps it is thinned less. */
export async function metricSamples(
  runs: string[],
  key: string,
  points: number,
  range?: [number, number],
  signal?: AbortSignal,
): Promise<MetricOfRun[]> {
  const query = {
    run_ids: runs,
    metric_key: key,
    max_results: points,
    start_step: range?.[0],
    end_step: range?.[1],
  };
  return (await get<{ metrics?: MetricOfRun[] }>('metrics/get-history-bulk-interval', query, signal)).metrics ?? [];
}

/** The whole history of one metric of one run, page after page. */
export async function metricHistory(run: string, key: string, signal?: AbortSignal): Promise<Metric[]> {
  const metrics: Metric[] = [];
  let token: string | undefined;
  do {
    const query = { run_id: run, metric_key: key, max_results: 25_000, page_token: token };
    const answer: { metrics?: Metric[]; next_page_token?: string } = await get('metrics/get-history', query, signal);
    metrics.push(...(answer.metrics ?? []));
    token = answer.next_page_token || undefined;
  } while (token);
  return metrics;
}
