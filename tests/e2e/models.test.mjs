// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  createExperiment,
  createLoggedModel,
  createModelVersion,
  createRun,
  get,
  pairs,
  post,
  uploadTo,
} from './api.mjs';
import { closePage, eventually, openBrowser, openPage, texts, unique } from './browser.mjs';
import { stopServer } from './server.mjs';

describe('the model registry', () => {
  const mark = unique();
  const name = `classifier ${mark}`; // a blank, so that addresses need encoding
  let browser;
  let experiment;
  let run;
  let logged;

  before(async () => {
    experiment = await createExperiment(`models-${mark}`);
    run = await createRun(experiment, { name: 'trainer', params: { depth: 3 }, metrics: { accuracy: 0.75 } });
    logged = await createLoggedModel(experiment, {
      name: 'net',
      type: 'sklearn',
      run: run.run_id,
      params: { trees: 10 },
      tags: { kind: 'forest' },
    });
    await uploadTo(logged.artifact_uri, 'MLmodel', 'flavors: {}\n');
    await post('runs/log-batch', {
      run_id: run.run_id,
      metrics: [{ key: 'auc', value: 0.5, timestamp: Date.now(), step: 0, model_id: logged.model_id }],
    });
    await post('registered-models/create', { name, description: 'What it *is*', tags: pairs({ owner: 'vision' }) });
    await createModelVersion(name, `models:/${logged.model_id}`, run.run_id, logged.model_id);
    await createModelVersion(name, run.artifact_uri, run.run_id);
    await post('registered-models/alias', { name, alias: 'champion', version: '1' });
    await post('registered-models/create', { name: `other ${mark}` });
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await stopServer();
  });

  const address = (rest = '') => `#/models/${encodeURIComponent(name)}${rest}`;
  const rows = (page, table) => page.getByRole('table', { name: table }).locator('tbody tr');
  const aliases = async () => (await get('registered-models/get', { name })).registered_model.aliases ?? [];

  it('are listed, searched and sorted', async () => {
    const page = await openPage(browser.context, `#/models?search=${mark}`);
    await eventually(async () => assert.equal(await rows(page, 'Registered models').count(), 2));
    const first = rows(page, 'Registered models').first();
    assert.deepEqual(await texts(first.locator('a')), [name, 'Version 2', '@champion']);
    assert.match(await first.innerText(), /What it is/);
    await page.getByRole('columnheader', { name: 'Name' }).getByRole('button').click();
    await eventually(async () =>
      assert.deepEqual(await texts(rows(page, 'Registered models').locator('th a')), [`other ${mark}`, name]),
    );
    await page.getByRole('searchbox').fill(`OTHER ${mark}`);
    await eventually(async () =>
      assert.deepEqual(await texts(rows(page, 'Registered models').locator('th a')), [`other ${mark}`]),
    );
    await closePage(page);
  });

  it('have a page with their versions, newest first, and links to the runs', async () => {
    const page = await openPage(browser.context, `#/models?search=${mark}`);
    await page.getByRole('link', { name, exact: true }).click();
    await eventually(() => assert.ok(page.url().endsWith(`#/models/${encodeURIComponent(name)}`)));
    await eventually(async () =>
      assert.deepEqual(await texts(rows(page, 'Versions').locator('th a')), ['Version 2', 'Version 1']),
    );
    await page.locator('.description em', { hasText: 'is' }).waitFor();
    await rows(page, 'Versions').first().getByRole('link', { name: 'trainer' }).click();
    await page.getByRole('heading', { level: 1, name: 'trainer' }).waitFor();
    await page
      .getByRole('region', { name: 'Registered as' })
      .getByRole('link', { name: `${name} version 2` })
      .click();
    await eventually(() => assert.ok(page.url().endsWith(`${encodeURIComponent(name)}/versions/2`)));
    await closePage(page);
  });

  it('move an alias from one version to another, and lose it', async () => {
    const page = await openPage(browser.context, address());
    await page.getByRole('button', { name: 'Add an alias to version 2' }).click();
    await page.getByRole('dialog').getByLabel('Alias').fill('champion');
    await page.getByRole('dialog').getByRole('button', { name: 'Set alias' }).click();
    await rows(page, 'Versions').nth(0).getByText('@champion').waitFor();
    await rows(page, 'Versions').nth(1).getByText('@champion').waitFor({ state: 'detached' });
    assert.deepEqual(await aliases(), [{ alias: 'champion', version: '2' }]);
    await page.getByRole('button', { name: 'Remove alias champion' }).click();
    await page.getByRole('button', { name: 'Remove alias champion' }).waitFor({ state: 'detached' });
    assert.deepEqual(await aliases(), []);
    await closePage(page);
  });

  it("tell the server's words for an alias that is not allowed", async () => {
    const page = await openPage(browser.context, address(), [/status of 400/]);
    await page.getByRole('button', { name: 'Add an alias to version 2' }).click();
    await page.getByRole('dialog').getByLabel('Alias').fill('latest');
    await page.getByRole('dialog').getByRole('button', { name: 'Set alias' }).click();
    assert.match(await page.getByRole('dialog').getByRole('alert').innerText(), /reserved/);
    assert.deepEqual(await aliases(), []);
    await closePage(page);
  });

  it('have a page for each version: stage, description, tags, aliases, values of the run', async () => {
    const version = async () => (await get('model-versions/get', { name, version: '1' })).model_version;
    const page = await openPage(browser.context, address('/versions/1'));
    await page.getByRole('heading', { level: 1, name: 'Version 1' }).waitFor();
    assert.match(await page.getByRole('table', { name: 'Run metrics' }).innerText(), /accuracy\s+0\.75/);
    assert.match(await page.getByRole('table', { name: 'Run parameters' }).innerText(), /depth\s+3/);

    await page.getByRole('button', { name: 'Change', exact: true }).click();
    await page.getByRole('dialog').getByLabel('Stage', { exact: true }).selectOption('Staging');
    await page.getByRole('dialog').getByRole('button', { name: 'Move' }).click();
    await page.locator('.badge.stage', { hasText: 'Staging' }).waitFor();
    assert.equal((await version()).current_stage, 'Staging');

    await page.getByRole('button', { name: 'Add a description' }).click();
    await page.getByLabel('Description, in Markdown').fill('The first');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('button', { name: 'Edit description' }).waitFor(); // until then it is the preview
    await page.locator('.description p', { hasText: 'The first' }).waitFor();
    assert.equal((await version()).description, 'The first');

    await page.getByRole('button', { name: 'Add tag' }).click();
    await page.getByRole('dialog').getByLabel('Key').fill('checked');
    await page.getByRole('dialog').getByLabel('Value').fill('yes');
    await page.getByRole('dialog').getByRole('button', { name: 'Save tag' }).click();
    await page.getByRole('button', { name: 'Remove tag checked' }).waitFor();
    assert.deepEqual((await version()).tags, [{ key: 'checked', value: 'yes' }]);

    await page.getByRole('region', { name: 'About this version' }).getByRole('link', { name: 'net' }).click();
    await page.getByRole('heading', { level: 1, name: 'net' }).waitFor();
    await closePage(page);
  });

  it('are created, renamed and deleted', async () => {
    const page = await openPage(browser.context, '#/models', [/status of 404/]);
    await page.keyboard.press('n');
    await page.getByRole('dialog').getByLabel('Name').fill(`made-${mark}`);
    await page.getByRole('dialog').getByRole('button', { name: 'Create model' }).click();
    await page.getByRole('heading', { level: 1, name: `made-${mark}` }).waitFor();
    await page.getByRole('button', { name: 'Actions for this model' }).click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill(`made-${mark}-2`);
    await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('heading', { level: 1, name: `made-${mark}-2` }).waitFor();
    await get('registered-models/get', { name: `made-${mark}-2` });
    await page.getByRole('button', { name: 'Actions for this model' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete model' }).click();
    await page.getByRole('heading', { level: 1, name: 'Models' }).waitFor();
    await assert.rejects(get('registered-models/get', { name: `made-${mark}-2` }), /404/);
    await closePage(page);
  });

  it('delete a version', async () => {
    const version = await createModelVersion(name, run.artifact_uri, run.run_id);
    const page = await openPage(browser.context, address(`/versions/${version}`), [/status of 404/]);
    await page.getByRole('button', { name: 'Actions for this version' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete version' }).click();
    await eventually(async () =>
      assert.deepEqual(await texts(rows(page, 'Versions').locator('th a')), ['Version 2', 'Version 1']),
    );
    await assert.rejects(get('model-versions/get', { name, version }), /404/);
    await closePage(page);
  });

  it('take a logged model, which has a page and a list of its own', async () => {
    const page = await openPage(browser.context, `#/experiments/${experiment}/models`);
    await page.getByRole('table', { name: 'Logged models' }).getByRole('link', { name: 'net' }).click();
    await page.getByRole('heading', { level: 1, name: 'net' }).waitFor();
    assert.match(await page.getByRole('table', { name: 'Metrics' }).innerText(), /auc\s+0\.5/);
    assert.match(await page.getByRole('table', { name: 'Parameters' }).innerText(), /trees\s+10/);
    await page.getByRole('link', { name: 'Artifacts' }).click();
    await page.getByRole('treeitem', { name: /MLmodel/ }).click();
    await page.getByText('flavors: {}').waitFor();
    await page.getByRole('button', { name: 'Register' }).click();
    await page.getByRole('dialog').getByLabel('Name of the registered model').fill(`registered-${mark}`);
    await page.getByRole('dialog').getByRole('button', { name: 'Register' }).click();
    await page.getByRole('heading', { level: 1, name: 'Version 1' }).waitFor();
    const { model_version: made } = await get('model-versions/get', { name: `registered-${mark}`, version: '1' });
    assert.equal(made.source, `models:/${logged.model_id}`);
    assert.equal(made.run_id, run.run_id);
    await closePage(page);
  });
});
