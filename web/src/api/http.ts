// SPDX-License-Identifier: Apache-2.0
// Requests. Addresses are relative to the page, so the UI works below any prefix.

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

export type Query = Record<string, string | number | string[] | undefined>;

const root = 'ajax-api/2.0/mlflow/';

function withQuery(path: string, query: Query): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (Array.isArray(value)) for (const one of value) params.append(key, one);
    else if (value !== undefined) params.set(key, String(value));
  }
  const text = params.toString();
  return text ? `${path}?${text}` : path;
}

/** The address of a file that the server sends as it is. */
export function fileUrl(path: string, query: Query): string {
  return withQuery(path, query);
}

async function errorOf(response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => '');
  try {
    const body = JSON.parse(text) as { error_code?: string; message?: string };
    if (body.message || body.error_code) {
      return new ApiError(response.status, body.error_code ?? '', body.message || body.error_code || '');
    }
  } catch {
    // Not JSON: a proxy or an authenticating app answered.
  }
  const plain = /^\s*</.test(text) ? '' : text.trim().slice(0, 300);
  return new ApiError(response.status, '', plain || `The server answered ${response.status} ${response.statusText}.`);
}

async function send(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { credentials: 'same-origin', ...init });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, 'UNREACHABLE', 'The server cannot be reached. Is it still running?');
  }
  if (!response.ok) throw await errorOf(response);
  return response;
}

export async function get<T>(path: string, query: Query, signal?: AbortSignal): Promise<T> {
  const response = await send(withQuery(root + path, query), { signal });
  return (await response.json()) as T;
}

/** What is Millrace's own and no other MLflow server has. */
export async function getOwn<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await send(`ajax-api/2.0/millrace/${path}`, { signal });
  return (await response.json()) as T;
}

export async function call<T = unknown>(
  method: 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body: unknown,
  signal?: AbortSignal,
): Promise<T> {
  const response = await send(root + path, {
    method,
    signal,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return (text ? JSON.parse(text) : {}) as T;
}

/** Reads at most `limit` bytes of a file and stops the transfer there. */
export async function readStart(
  url: string,
  limit: number,
  signal: AbortSignal,
): Promise<{ bytes: Uint8Array<ArrayBuffer>; cut: boolean }> {
  const response = await send(url, { signal });
  const reader = response.body!.getReader();
  const bytes = new Uint8Array(limit);
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { bytes: bytes.slice(0, length), cut: false };
    const room = limit - length;
    bytes.set(value.subarray(0, room), length);
    length += Math.min(value.length, room);
    if (value.length > room) {
      await reader.cancel();
      return { bytes, cut: true };
    }
  }
}

export async function readBlob(url: string, signal: AbortSignal): Promise<Blob> {
  return (await send(url, { signal })).blob();
}
