// SPDX-License-Identifier: Apache-2.0
// Pictures of the pages, to look at: `npm run seed`, then `npm run screenshots [-- name-part]`. They go to shots/.

import { mkdirSync } from 'node:fs';
import { openBrowser } from './browser.mjs';
import { get, post } from './api.mjs';
import { base } from './server.mjs';

const only = process.argv[2] ?? '';
const out = new URL('./shots/', import.meta.url).pathname;
mkdirSync(out, { recursive: true });

const { experiments } = await post('experiments/search', { max_results: 50, filter: "name = 'cifar-vision'" });
const id = experiments[0].experiment_id;
const { runs } = await post('runs/search', {
  experiment_ids: [id],
  filter: "attributes.status = 'FINISHED' and metrics.test_accuracy > 0",
  max_results: 20,
});
const described = runs.find((r) => r.data.tags.some((t) => t.key === 'mlflow.note.content')) ?? runs[0];
const run = described.info.run_id;
const five = JSON.stringify(runs.slice(0, 5).map((r) => r.info.run_id));
const models = await post('logged-models/search', { experiment_ids: [id] });
const version = (await get('registered-models/get', { name: 'cifar-classifier' })).registered_model.latest_versions[0]
  .version;

const pages = {
  experiments: '#/experiments',
  runs: `#/experiments/${id}`,
  'runs-selected': `#/experiments/${id}?selected=${runs.slice(0, 3).map((r) => r.info.run_id)}&orderByKey=metrics.test_accuracy&orderByAsc=false`,
  'runs-error': `#/experiments/${id}?searchFilter=metrics.acc%20%3E%3E%201`,
  'runs-charts': `#/experiments/${id}?view=charts`,
  'runs-empty': '#/experiments/0',
  'experiment-models': `#/experiments/${id}/models`,
  run: `#/experiments/${id}/runs/${run}`,
  'run-metrics': `#/experiments/${id}/runs/${run}/metrics?smooth=0.6`,
  artifacts: `#/experiments/${id}/runs/${run}/artifacts`,
  'artifact-md': `#/experiments/${id}/runs/${run}/artifacts/README.md`,
  'artifact-json': `#/experiments/${id}/runs/${run}/artifacts/config.json`,
  'artifact-csv': `#/experiments/${id}/runs/${run}/artifacts/evaluation/predictions.csv`,
  'artifact-png': `#/experiments/${id}/runs/${run}/artifacts/evaluation/confusion_matrix.png`,
  'artifact-html': `#/experiments/${id}/runs/${run}/artifacts/evaluation/report.html`,
  'compare-values': `#/compare-runs?runs=${encodeURIComponent(five)}&experiments=${encodeURIComponent(JSON.stringify([id]))}&view=values`,
  compare: `#/compare-runs?runs=${encodeURIComponent(five)}&experiments=${encodeURIComponent(JSON.stringify([id]))}`,
  models: '#/models',
  plugins: '#/plugins',
  plugin: '#/plugins/sqlite',
  model: '#/models/cifar-classifier',
  version: `#/models/cifar-classifier/versions/${version}`,
  'logged-model': `#/experiments/${id}/models/${models.models[0].info.model_id}`,
};

const shapes = {
  light: { colorScheme: 'light', viewport: { width: 1360, height: 860 } },
  dark: { colorScheme: 'dark', viewport: { width: 1360, height: 860 } },
  narrow: { colorScheme: 'light', viewport: { width: 400, height: 800 } },
};

for (const [shape, options] of Object.entries(shapes)) {
  const { context, close } = await openBrowser(options);
  const page = await context.newPage();
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && console.log(shape, message.text()));
  page.on('pageerror', (error) => console.log(shape, error.stack));
  for (const [name, hash] of Object.entries(pages)) {
    if (!`${name}.${shape}`.includes(only)) continue;
    await page.goto(`${base}/${hash}`);
    await page.reload();
    await page.waitForLoadState('networkidle');
    await page.waitForTimeout(150);
    await page.screenshot({ path: `${out}${name}.${shape}.png`, fullPage: shape === 'narrow' });
  }
  await close();
}
