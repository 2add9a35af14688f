// SPDX-License-Identifier: Apache-2.0
// Fills a server with data to look at: `MILLRACE_E2E_URL=http://127.0.0.1:5000 npm run seed`.

import {
  createExperiment,
  createLoggedModel,
  createModelVersion,
  createRun,
  get,
  pairs,
  png,
  post,
  uploadTo,
} from './api.mjs';
import { base } from './server.mjs';

let state = 7;
function random() {
  state = (state * 1103515245 + 12345) % 2147483648; // the same data each time
  return state / 2147483648;
}

const pick = (list) => list[Math.floor(random() * list.length)];
const round = (value, digits = 5) => Number(value.toFixed(digits));

function curve(steps, from, to, noise, speed = 4) {
  return Array.from({ length: steps }, (_, step) => {
    const done = 1 - Math.exp((-speed * step) / steps);
    return round(from + (to - from) * done + (random() - 0.5) * noise * (1.2 - done));
  });
}

const heatmap = png(360, 360, (x, y) => {
  const [row, column] = [Math.floor(y / 36), Math.floor(x / 36)];
  const value = row === column ? 0.8 + ((row * 7) % 5) / 25 : (((row * 13 + column * 7) % 11) / 11) * 0.22;
  return [Math.round(247 - 236 * value), Math.round(251 - 151 * value), Math.round(252 - 132 * value)];
});

const report = `<!doctype html><html><head><style>
body { font-family: sans-serif; margin: 2em; color: #223; } h1 { color: #0b6478; }
td, th { padding: 4px 14px; border-bottom: 1px solid #ddd; text-align: right; }
</style></head><body><h1>Evaluation</h1><p id="note">Held-out set of 10,000 pictures.</p>
<table><tr><th>class</th><th>precision</th><th>recall</th></tr>
<tr><td>cat</td><td>0.94</td><td>0.91</td></tr><tr><td>dog</td><td>0.92</td><td>0.95</td></tr></table>
<script>document.getElementById('note').textContent = 'A script ran.';</script></body></html>`;

const modelCard = `# Model card

A **ResNet** trained on CIFAR-10. See the [paper](https://arxiv.org/abs/1512.03385).

| split | accuracy | loss |
|:------|---------:|-----:|
| train | 0.981    | 0.06 |
| test  | 0.934    | 0.21 |

## Limits

- pictures of 32 by 32 pixels
- ten classes
- [x] checked for leakage
- [ ] checked on other cameras

> Do not use it for medical pictures.

\`\`\`python
model = mlflow.pyfunc.load_model("models:/cifar-classifier@champion")
\`\`\`

<script>alert('this stays text')</script>
`;

const predictions = ['id,label,predicted,confidence']
  .concat(
    Array.from(
      { length: 600 },
      (_, i) => `${i},${pick(['cat', 'dog'])},${pick(['cat', 'dog'])},${random().toFixed(4)}`,
    ),
  )
  .join('\n');

const configuration = JSON.stringify(
  {
    model: { name: 'resnet', depth: 34, widths: [64, 128, 256, 512] },
    optimizer: { name: 'adamw', lr: 0.0003 },
    seed: 7,
  },
  null,
  0,
);

const log = Array.from(
  { length: 400 },
  (_, i) => `2026-11-20 10:${String(i % 60).padStart(2, '0')} INFO step ${i} loss ${(2 / (1 + i / 30)).toFixed(4)}`,
).join('\n');

async function uploadAll(uri) {
  await uploadTo(uri, 'README.md', modelCard);
  await uploadTo(uri, 'config.json', configuration);
  await uploadTo(uri, 'train.log', log);
  await uploadTo(uri, 'evaluation/confusion_matrix.png', heatmap);
  await uploadTo(uri, 'evaluation/report.html', report);
  await uploadTo(uri, 'evaluation/predictions.csv', predictions);
  await uploadTo(uri, 'checkpoints/epoch-10/weights.bin', Buffer.from(Array.from({ length: 4096 }, (_, i) => i % 251)));
  await uploadTo(uri, 'checkpoints/epoch-20/weights.bin', Buffer.from(Array.from({ length: 4096 }, (_, i) => i % 241)));
}

function visionRun(index, start) {
  const model = pick(['resnet18', 'resnet34', 'convnext-tiny', 'vit-small']);
  const lr = pick([0.0001, 0.0003, 0.001, 0.003]);
  const steps = 120;
  const best = 0.84 + random() * 0.11;
  return {
    name: `${model}-${String(index).padStart(3, '0')}`,
    start,
    seconds: 300 + Math.floor(random() * 4000),
    user: pick(['ada', 'grace', 'linus']),
    status: random() < 0.07 ? 'FAILED' : 'FINISHED',
    params: {
      model,
      lr,
      batch_size: pick([64, 128, 256]),
      optimizer: pick(['adamw', 'sgd', 'lion']),
      weight_decay: pick([0, 0.01, 0.05]),
      augment: pick(['none', 'flip', 'randaugment']),
      epochs: 30,
      seed: Math.floor(random() * 100),
    },
    tags: {
      team: 'vision',
      stage: pick(['baseline', 'sweep', 'ablation']),
      'mlflow.source.name': 'train/vision.py',
      'mlflow.source.type': 'LOCAL',
      'mlflow.source.git.commit': 'f3b1c7d0a95e4f7c8b2d4e6f8a0b1c2d3e4f5a6b',
    },
    history: {
      'train/loss': curve(steps, 2.3, 0.05 + random() * 0.2, 0.25),
      'val/loss': curve(steps, 2.2, 0.2 + random() * 0.25, 0.18),
      'train/accuracy': curve(steps, 0.1, Math.min(0.995, best + 0.05), 0.05),
      'val/accuracy': curve(steps, 0.1, best, 0.06),
      learning_rate: Array.from({ length: steps }, (_, s) =>
        round(lr * 0.5 * (1 + Math.cos((Math.PI * s) / steps)), 8),
      ),
      'system/gpu_utilization_percentage': curve(steps, 20, 92, 12, 12),
      'system/memory_usage_megabytes': curve(steps, 4000, 11800, 300, 9),
    },
    metrics: { test_accuracy: round(best - 0.004), parameters_millions: pick([11.7, 21.8, 28.6, 22.1]) },
  };
}

async function seedVision() {
  const id = await createExperiment('cifar-vision', { team: 'vision', project: 'classifier' });
  await post('experiments/set-experiment-tag', {
    experiment_id: id,
    key: 'mlflow.note.content',
    value: 'Classifiers on **CIFAR-10**: baselines, sweeps and ablations.\n\nThe champion is in the registry.',
  });
  const runs = [];
  for (let i = 0; i < 140; i++) runs.push(await createRun(id, visionRun(i, Date.now() - (140 - i) * 5_400_000)));
  const parent = await createRun(id, {
    name: 'sweep-lr',
    start: Date.now() - 3_000_000,
    params: { model: 'resnet34', search: 'grid' },
  });
  for (let i = 0; i < 6; i++) {
    const child = visionRun(900 + i, Date.now() - 2_900_000 + i * 60_000);
    child.name = `sweep-lr-${i}`;
    child.tags['mlflow.parentRunId'] = parent.run_id;
    await createRun(id, child);
  }
  const running = visionRun(999, Date.now() - 400_000);
  const last = await createRun(id, { ...running, name: 'vit-small-long', status: 'RUNNING' });
  for (const info of [runs[139], last]) await uploadAll(info.artifact_uri);
  await describe(runs[139]);
  return { id, run: runs[139], others: runs.slice(130, 139) };
}

async function describe(info) {
  await post('runs/set-tag', {
    run_id: info.run_id,
    key: 'mlflow.note.content',
    value: 'The best of the **November** sweep.\n\n- warm-up of 500 steps\n- `randaugment` at 0.5',
  });
  const dataset = {
    name: 'cifar10',
    digest: 'a1f3c9d2',
    source_type: 'http',
    source: '{"url": "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz"}',
    schema: '{"mlflow_colspec": [{"type": "binary", "name": "image"}, {"type": "long", "name": "label"}]}',
  };
  await post('runs/log-inputs', {
    run_id: info.run_id,
    datasets: [{ dataset, tags: pairs({ 'mlflow.data.context': 'training' }) }],
  });
}

async function seedRegistry({ id, run, others }) {
  const name = 'cifar-classifier';
  await post('registered-models/create', {
    name,
    description: 'Classifies small pictures into ten classes.',
    tags: pairs({ owner: 'vision', tier: 'gold' }),
  });
  const versions = [];
  for (const info of [others[0], others[1], others[2], run]) {
    const logged = await createLoggedModel(id, {
      name: 'classifier',
      type: 'pytorch',
      run: info.run_id,
      params: { depth: 34 },
      tags: { framework: 'torch' },
    });
    await uploadTo(logged.artifact_uri, 'MLmodel', 'flavors:\n  python_function:\n    loader_module: mlflow.pytorch\n');
    await post('runs/log-batch', {
      run_id: info.run_id,
      metrics: [
        {
          key: 'test_accuracy',
          value: round(0.9 + random() * 0.05),
          timestamp: Date.now(),
          step: 1,
          model_id: logged.model_id,
        },
      ],
    });
    versions.push(await createModelVersion(name, `models:/${logged.model_id}`, info.run_id, logged.model_id));
  }
  const last = versions[versions.length - 1];
  await post('registered-models/alias', { name, alias: 'champion', version: versions[2] });
  await post('registered-models/alias', { name, alias: 'challenger', version: last });
  await post('model-versions/transition-stage', {
    name,
    version: versions[2],
    stage: 'Production',
    archive_existing_versions: false,
  });
  await post('model-versions/transition-stage', {
    name,
    version: last,
    stage: 'Staging',
    archive_existing_versions: false,
  });
  await post('model-versions/set-tag', { name, version: last, key: 'validated', value: 'yes' });
  for (const other of ['churn-forecast', 'ranker-small', 'fraud-detector']) {
    await post('registered-models/create', { name: other, tags: pairs({ owner: pick(['growth', 'risk']) }) });
  }
}

async function seedOthers() {
  const churn = await createExperiment('churn-xgboost', { team: 'growth' });
  for (let i = 0; i < 60; i++) {
    const auc = 0.7 + random() * 0.2;
    await createRun(churn, {
      name: `xgb-${i}`,
      start: Date.now() - (60 - i) * 3_600_000,
      seconds: 10 + random() * 60,
      params: { max_depth: pick([4, 6, 8]), eta: pick([0.05, 0.1, 0.3]), subsample: pick([0.7, 1]), rounds: 400 },
      metrics: { auc: round(auc), logloss: round(0.7 - auc / 2), f1: round(auc - 0.08) },
      tags: { team: 'growth' },
    });
  }
  for (const name of ['llm-finetune', 'speech-wakeword', 'robot-grasp', 'weather-nowcast'])
    await createExperiment(name);
  const old = await createExperiment('old-baseline');
  await post('experiments/delete', { experiment_id: old });
}

const version = await get('experiments/get', { experiment_id: '0' });
console.log(`Seeding ${base}, whose first experiment is ${version.experiment.name}`);
await seedRegistry(await seedVision());
await seedOthers();
console.log('Done.');
