// SPDX-License-Identifier: Apache-2.0
// Artifacts of a run and of a logged model, behind one interface.

import { fileUrl, get } from './http';
import type { FileInfo } from './types';

export interface ArtifactSource {
  /** Tells sources apart, for what is kept of them. */
  id: string;
  list(path: string, signal?: AbortSignal): Promise<FileInfo[]>;
  url(path: string): string;
}

interface Listing {
  files?: FileInfo[];
  next_page_token?: string;
}

async function listAll(page: (token: string | undefined) => Promise<Listing>): Promise<FileInfo[]> {
  const files: FileInfo[] = [];
  let token: string | undefined;
  do {
    const answer = await page(token);
    files.push(...(answer.files ?? []));
    token = answer.next_page_token || undefined;
  } while (token);
  return files;
}

export function runArtifacts(run: string): ArtifactSource {
  return {
    id: `run:${run}`,
    list: (path, signal) =>
      listAll((token) => get('artifacts/list', { run_id: run, path: path || undefined, page_token: token }, signal)),
    url: (path) => fileUrl('get-artifact', { path, run_uuid: run }),
  };
}

export function loggedModelArtifacts(model: string): ArtifactSource {
  const base = `logged-models/${encodeURIComponent(model)}/artifacts`;
  return {
    id: `model:${model}`,
    list: (path, signal) =>
      listAll((token) =>
        get(`${base}/directories`, { artifact_directory_path: path || undefined, page_token: token }, signal),
      ),
    url: (path) => fileUrl(`ajax-api/2.0/mlflow/${base}/files`, { artifact_file_path: path }),
  };
}
