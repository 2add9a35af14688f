// SPDX-License-Identifier: Apache-2.0

import { call, get } from './http';
import type { Experiment, KeyValue, Page, ViewType } from './types';
import { quoteString } from './filter';

export interface ExperimentSearch {
  nameContains: string;
  view: ViewType;
  orderBy: string;
}

export async function searchExperiments(
  search: ExperimentSearch,
  token: string | undefined,
  signal?: AbortSignal,
  size = 100,
): Promise<Page<Experiment>> {
  const text = search.nameContains.trim();
  const answer = await call<{ experiments?: Experiment[]; next_page_token?: string }>(
    'POST',
    'experiments/search',
    {
      max_results: size,
      page_token: token,
      view_type: search.view,
      order_by: [search.orderBy],
      filter: text ? `name ILIKE ${quoteString(`%${text}%`)}` : undefined,
    },
    signal,
  );
  return { items: answer.experiments ?? [], next: answer.next_page_token || undefined };
}

export async function getExperiment(id: string, signal?: AbortSignal): Promise<Experiment> {
  const answer = await get<{ experiment: Experiment }>('experiments/get', { experiment_id: id }, signal);
  return answer.experiment;
}

export async function createExperiment(name: string, location: string, tags: KeyValue[] = []): Promise<string> {
  const body = { name, artifact_location: location || undefined, tags };
  return (await call<{ experiment_id: string }>('POST', 'experiments/create', body)).experiment_id;
}

export const renameExperiment = (id: string, name: string) =>
  call('POST', 'experiments/update', { experiment_id: id, new_name: name });

export const deleteExperiment = (id: string) => call('POST', 'experiments/delete', { experiment_id: id });

export const restoreExperiment = (id: string) => call('POST', 'experiments/restore', { experiment_id: id });

export const setExperimentTag = (id: string, key: string, value: string) =>
  call('POST', 'experiments/set-experiment-tag', { experiment_id: id, key, value });

export const deleteExperimentTag = (id: string, key: string) =>
  call('POST', 'experiments/delete-experiment-tag', { experiment_id: id, key });
