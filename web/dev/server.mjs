// SPDX-License-Identifier: Apache-2.0
// Serves the UI as the Millrace server does and hands everything else to a tracking server:
//   npm run dev -- [--api http://127.0.0.1:5000] [--port 5001] [--prefix /mlflow] [--no-watch]
// It sends the strict Content-Security-Policy that the UI must live with.

import http from 'node:http';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, watch } from '../build.mjs';

const policy =
  "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; " +
  "frame-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'";
const out = join(dirname(fileURLToPath(import.meta.url)), '../dist');

function option(name, fallback) {
  const at = process.argv.indexOf(`--${name}`);
  return at > 0 ? process.argv[at + 1] : fallback;
}

const api = new URL(option('api', 'http://127.0.0.1:5000'));
const port = Number(option('port', '5001'));
const prefix = option('prefix', '').replace(/\/$/, '');

function assets() {
  const table = new Map();
  for (const line of readFileSync(join(out, 'manifest.tsv'), 'utf8').trim().split('\n')) {
    const [path, file, , type] = line.split('\t');
    table.set(path, { file, type });
  }
  return table;
}

function sendAsset(asset, response) {
  response.writeHead(200, {
    'Content-Type': asset.type,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': policy,
  });
  response.end(readFileSync(join(out, asset.file)));
}

function forward(path, request, response) {
  const headers = { ...request.headers, host: api.host };
  delete headers.origin; // the tracking server would see another site's
  const onward = http.request(
    { host: api.hostname, port: api.port, path, method: request.method, headers, agent: false },
    (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    },
  );
  onward.on('error', (error) => {
    if (!response.headersSent) response.writeHead(502, { 'Content-Type': 'text/plain' });
    response.end(`No tracking server at ${api.origin}: ${error.message}\n`);
  });
  request.pipe(onward);
}

function handle(request, response) {
  if (!request.url.startsWith(`${prefix}/`)) {
    response.writeHead(302, { Location: `${prefix}/` });
    response.end();
    return;
  }
  const path = request.url.slice(prefix.length);
  const asset = request.method === 'GET' ? assets().get(path.split('?')[0]) : undefined;
  if (asset) sendAsset(asset, response);
  else forward(path, request, response);
}

if (process.argv.includes('--no-watch')) await build(out);
else await watch(out, (errors) => console.log(errors ? `${errors} errors` : 'built'));
http.createServer(handle).listen(port, '127.0.0.1', () => {
  console.log(`UI on http://127.0.0.1:${port}${prefix}/ over the API at ${api.origin}`);
});
