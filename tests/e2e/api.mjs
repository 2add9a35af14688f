// SPDX-License-Identifier: Apache-2.0
// The little of MLflow's REST API that seeding needs.

import { deflateSync } from 'node:zlib';
import { base } from './server.mjs';

async function request(method, path, body) {
  const response = await fetch(`${base}/${path}`, {
    method,
    headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 400)}`);
  return text ? JSON.parse(text) : {};
}

// The UI's own prefix for the API: a server that answers it also answers the browser.
export const post = (path, body) => request('POST', `ajax-api/2.0/mlflow/${path}`, body);
export const patch = (path, body) => request('PATCH', `ajax-api/2.0/mlflow/${path}`, body);
export const get = (path, query) => request('GET', `ajax-api/2.0/mlflow/${path}?${new URLSearchParams(query)}`);

export const pairs = (object) => Object.entries(object).map(([key, value]) => ({ key, value: String(value) }));

export async function createExperiment(name, tags = {}) {
  return (await post('experiments/create', { name, tags: pairs(tags) })).experiment_id;
}

/**
 * A finished run: `history` has an array of values for each metric, logged at steps 0, 1, …
 * `metrics` has values logged once.
 */
export async function createRun(experiment, options) {
  const { name, params = {}, tags = {}, metrics = {}, history = {}, start = Date.now(), seconds = 60 } = options;
  const created = await post('runs/create', {
    experiment_id: experiment,
    run_name: name,
    user_id: options.user ?? 'ada',
    start_time: start,
    tags: pairs(tags),
  });
  const { info } = created.run;
  const points = Object.entries(metrics).map(([key, value]) => ({ key, value, timestamp: start, step: 0 }));
  for (const [key, values] of Object.entries(history)) {
    const pace = (seconds * 1000) / Math.max(1, values.length);
    values.forEach((value, step) => points.push({ key, value, timestamp: Math.round(start + step * pace), step }));
  }
  const allParams = pairs(params);
  for (let at = 0; at < Math.max(1, points.length); at += 800) {
    await post('runs/log-batch', {
      run_id: info.run_id,
      metrics: points.slice(at, at + 800),
      params: at === 0 ? allParams : [],
    });
  }
  const status = options.status ?? 'FINISHED';
  if (status !== 'RUNNING') {
    await post('runs/update', { run_id: info.run_id, status, end_time: Math.round(start + seconds * 1000) });
  }
  return info;
}

/** Uploads through the server's artifact proxy, as MLflow's clients do. */
export async function uploadTo(artifactUri, path, content) {
  const match = /^mlflow-artifacts:(?:\/\/[^/]*)?\/(.*)$/.exec(artifactUri);
  if (!match) throw new Error(`${artifactUri}: the tests need a server that serves artifacts (mlflow-artifacts:/)`);
  const target = [...match[1].split('/'), ...path.split('/')].map(encodeURIComponent).join('/');
  const response = await fetch(`${base}/api/2.0/mlflow-artifacts/artifacts/${target}`, {
    method: 'PUT',
    body: content,
  });
  if (!response.ok) throw new Error(`PUT ${path}: ${response.status} ${await response.text()}`);
}

export async function createLoggedModel(experiment, options) {
  const body = {
    experiment_id: experiment,
    name: options.name,
    model_type: options.type,
    source_run_id: options.run,
    params: pairs(options.params ?? {}),
    tags: pairs(options.tags ?? {}),
  };
  const { model } = await post('logged-models', body);
  const id = model.info.model_id;
  await patch(`logged-models/${id}`, { model_id: id, status: 'LOGGED_MODEL_READY' });
  if (options.run) await post('runs/outputs', { run_id: options.run, models: [{ model_id: id, step: 0 }] });
  return model.info;
}

export async function createModelVersion(name, source, run, model) {
  const answer = await post('model-versions/create', { name, source, run_id: run, model_id: model });
  return answer.model_version.version;
}

function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

function pngChunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(data.length);
  const tail = Buffer.alloc(4);
  tail.writeUInt32BE(crc32(body));
  return Buffer.concat([head, body, tail]);
}

/** A PNG of the given size whose pixels come from `color(x, y)`, which returns [red, green, blue]. */
export function png(width, height, color) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const rows = [];
  for (let y = 0; y < height; y++) {
    const row = Buffer.alloc(1 + 3 * width);
    for (let x = 0; x < width; x++) row.set(color(x, y), 1 + 3 * x);
    rows.push(row);
  }
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const data = deflateSync(Buffer.concat(rows));
  return Buffer.concat([
    signature,
    pngChunk('IHDR', header),
    pngChunk('IDAT', data),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}
