// SPDX-License-Identifier: Apache-2.0
// The model registry and logged models.

import { call, get } from './http';
import { quoteString } from './filter';
import type { LoggedModel, ModelVersion, Page, RegisteredModel } from './types';

export async function searchModels(
  nameContains: string,
  orderBy: string,
  token: string | undefined,
  signal?: AbortSignal,
  size = 100,
): Promise<Page<RegisteredModel>> {
  const text = nameContains.trim();
  const answer = await get<{ registered_models?: RegisteredModel[]; next_page_token?: string }>(
    'registered-models/search',
    {
      filter: text ? `name ILIKE ${quoteString(`%${text}%`)}` : undefined,
      max_results: size,
      order_by: [orderBy],
      page_token: token,
    },
    signal,
  );
  return { items: answer.registered_models ?? [], next: answer.next_page_token || undefined };
}

export async function getModel(name: string, signal?: AbortSignal): Promise<RegisteredModel> {
  return (await get<{ registered_model: RegisteredModel }>('registered-models/get', { name }, signal)).registered_model;
}

export const createModel = (name: string, description: string) =>
  call('POST', 'registered-models/create', { name, description: description || undefined });

export const renameModel = (name: string, newName: string) =>
  call('POST', 'registered-models/rename', { name, new_name: newName });

export const describeModel = (name: string, description: string) =>
  call('PATCH', 'registered-models/update', { name, description });

export const deleteModel = (name: string) => call('DELETE', 'registered-models/delete', { name });

export const setModelTag = (name: string, key: string, value: string) =>
  call('POST', 'registered-models/set-tag', { name, key, value });

export const deleteModelTag = (name: string, key: string) =>
  call('DELETE', 'registered-models/delete-tag', { name, key });

export const setAlias = (name: string, alias: string, version: string) =>
  call('POST', 'registered-models/alias', { name, alias, version });

export const deleteAlias = (name: string, alias: string) => call('DELETE', 'registered-models/alias', { name, alias });

export async function searchVersions(
  filter: string,
  token: string | undefined,
  signal?: AbortSignal,
): Promise<Page<ModelVersion>> {
  const answer = await get<{ model_versions?: ModelVersion[]; next_page_token?: string }>(
    'model-versions/search',
    { filter, max_results: 100, order_by: ['version_number DESC'], page_token: token },
    signal,
  );
  return { items: answer.model_versions ?? [], next: answer.next_page_token || undefined };
}

export const versionsOfModel = (name: string, token: string | undefined, signal?: AbortSignal) =>
  searchVersions(`name = ${quoteString(name)}`, token, signal);

export const versionsOfRun = (run: string, signal?: AbortSignal) =>
  searchVersions(`run_id = ${quoteString(run)}`, undefined, signal);

export async function getVersion(name: string, version: string, signal?: AbortSignal): Promise<ModelVersion> {
  return (await get<{ model_version: ModelVersion }>('model-versions/get', { name, version }, signal)).model_version;
}

export interface NewVersion {
  name: string;
  source: string;
  run_id?: string;
  model_id?: string;
}

export async function createVersion(version: NewVersion): Promise<ModelVersion> {
  return (await call<{ model_version: ModelVersion }>('POST', 'model-versions/create', version)).model_version;
}

export const describeVersion = (name: string, version: string, description: string) =>
  call('PATCH', 'model-versions/update', { name, version, description });

export const moveToStage = (name: string, version: string, stage: string, archiveOthers: boolean) =>
  call('POST', 'model-versions/transition-stage', { name, version, stage, archive_existing_versions: archiveOthers });

export const deleteVersion = (name: string, version: string) =>
  call('DELETE', 'model-versions/delete', { name, version });

export const setVersionTag = (name: string, version: string, key: string, value: string) =>
  call('POST', 'model-versions/set-tag', { name, version, key, value });

export const deleteVersionTag = (name: string, version: string, key: string) =>
  call('DELETE', 'model-versions/delete-tag', { name, version, key });

export async function getLoggedModel(id: string, signal?: AbortSignal): Promise<LoggedModel> {
  return (await get<{ model: LoggedModel }>(`logged-models/${encodeURIComponent(id)}`, {}, signal)).model;
}

export async function searchLoggedModels(
  experiment: string,
  token: string | undefined,
  signal?: AbortSignal,
): Promise<Page<LoggedModel>> {
  const answer = await call<{ models?: LoggedModel[]; next_page_token?: string }>(
    'POST',
    'logged-models/search',
    { experiment_ids: [experiment], max_results: 50, page_token: token },
    signal,
  );
  return { items: answer.models ?? [], next: answer.next_page_token || undefined };
}

export const setLoggedModelTag = (id: string, key: string, value: string) =>
  call('PATCH', `logged-models/${encodeURIComponent(id)}/tags`, { tags: [{ key, value }] });

export const deleteLoggedModelTag = (id: string, key: string) =>
  call('DELETE', `logged-models/${encodeURIComponent(id)}/tags/${encodeURIComponent(key)}`, {});
