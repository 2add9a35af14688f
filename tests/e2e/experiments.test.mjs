// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createExperiment, get, post } from './api.mjs';
import { closePage, eventually, hashQuery, openBrowser, openPage, texts, unique } from './browser.mjs';
import { stopServer } from './server.mjs';

describe('the list of experiments', () => {
  const mark = unique();
  const names = ['alpha', 'beta', 'gamma'].map((name) => `${name}-${mark}`);
  let browser;

  before(async () => {
    for (const name of names) await createExperiment(name, { team: `team-${name}` });
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await stopServer();
  });

  const rows = (page) => page.getByRole('table', { name: 'Experiments' }).locator('tbody tr');
  const shownNames = (page) => texts(rows(page).locator('th a'));

  it('searches by name and keeps the search in the address', async () => {
    const page = await openPage(browser.context, '#/experiments');
    await page.getByRole('searchbox').fill(`ETA-${mark}`);
    await eventually(async () => assert.deepEqual(await shownNames(page), [names[1]]));
    assert.equal(hashQuery(page).get('search'), `ETA-${mark}`);
    await page.reload();
    await eventually(async () => assert.deepEqual(await shownNames(page), [names[1]]));
    assert.equal(await page.getByRole('searchbox').inputValue(), `ETA-${mark}`);
    assert.match(await rows(page).first().innerText(), new RegExp(`team-beta-${mark}`));
    await closePage(page);
  });

  it('sorts by the name in both directions', async () => {
    const page = await openPage(browser.context, `#/experiments?search=${mark}`);
    const heading = page.getByRole('columnheader', { name: 'Name' });
    await heading.getByRole('button').click();
    await eventually(async () => assert.deepEqual(await shownNames(page), names));
    assert.equal(await heading.getAttribute('aria-sort'), 'ascending');
    await heading.getByRole('button').click();
    await eventually(async () => assert.deepEqual(await shownNames(page), [...names].reverse()));
    assert.equal(await heading.getAttribute('aria-sort'), 'descending');
    await closePage(page);
  });

  it('creates one and goes to it; a name that is taken is told in the dialog', async () => {
    const page = await openPage(browser.context, '#/experiments', [/status of 400/]);
    await page.keyboard.press('n');
    const dialog = page.getByRole('dialog', { name: 'New experiment' });
    await dialog.getByLabel('Name').fill(names[0]);
    await dialog.getByRole('button', { name: 'Create experiment' }).click();
    await dialog.getByRole('alert').waitFor();
    assert.match(await dialog.getByRole('alert').innerText(), /already exists/);
    await dialog.getByLabel('Name').fill(`delta-${mark}`);
    await dialog.getByRole('button', { name: 'Create experiment' }).click();
    await page.getByRole('heading', { level: 1, name: `delta-${mark}` }).waitFor();
    const { experiment } = await get('experiments/get-by-name', { experiment_name: `delta-${mark}` });
    assert.equal(page.url().split('#')[1], `/experiments/${experiment.experiment_id}`);
    await closePage(page);
  });

  it('renames one', async () => {
    const id = await createExperiment(`old-${mark}`);
    const page = await openPage(browser.context, `#/experiments?search=old-${mark}`);
    await page.getByRole('button', { name: `Actions for old-${mark}` }).click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill(`old-${mark}-renamed`);
    await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
    await eventually(async () => assert.deepEqual(await shownNames(page), [`old-${mark}-renamed`]));
    assert.equal((await get('experiments/get', { experiment_id: id })).experiment.name, `old-${mark}-renamed`);
    await closePage(page);
  });

  it('deletes one, shows it among the deleted, and restores it', async () => {
    const name = `doomed-${mark}`;
    const id = await createExperiment(name);
    const stage = async () => (await get('experiments/get', { experiment_id: id })).experiment.lifecycle_stage;
    const page = await openPage(browser.context, `#/experiments?search=${name}`);
    await page.getByRole('button', { name: `Actions for ${name}` }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete experiment' }).click();
    await page.getByRole('heading', { name: /No experiment has/ }).waitFor();
    assert.equal(await stage(), 'deleted');
    await page.getByRole('button', { name: 'Deleted', exact: true }).click();
    await eventually(async () => assert.deepEqual(await shownNames(page), [name]));
    await page.getByRole('button', { name: `Actions for ${name}` }).click();
    await page.getByRole('menuitem', { name: 'Restore' }).click();
    await eventually(async () => assert.equal(await stage(), 'active'));
    await closePage(page);
  });

  it('loads more than one page of them', async () => {
    const many = `many-${mark}`;
    for (let i = 0; i < 105; i++) await createExperiment(`${many}-${String(i).padStart(3, '0')}`);
    const page = await openPage(browser.context, `#/experiments?search=${many}&order=name+ASC`);
    await eventually(async () => assert.equal(await rows(page).count(), 100));
    await page.getByRole('button', { name: 'Load more' }).click();
    await eventually(async () => assert.equal(await rows(page).count(), 105));
    assert.equal((await shownNames(page))[104], `${many}-104`);
    await closePage(page);
  });

  it('edits the description and the tags of an experiment', async () => {
    const id = await createExperiment(`noted-${mark}`);
    const tags = async () => {
      const { experiment } = await get('experiments/get', { experiment_id: id });
      return Object.fromEntries((experiment.tags ?? []).map((tag) => [tag.key, tag.value]));
    };
    const page = await openPage(browser.context, `#/experiments/${id}`);
    await page.getByRole('button', { name: 'Details' }).click();
    await page.getByRole('button', { name: 'Add a description' }).click();
    await page.getByLabel('Description, in Markdown').fill('A **strong** word <b>not markup</b>');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('button', { name: 'Edit description' }).waitFor(); // until then it is the preview
    await page.locator('.description strong', { hasText: 'strong' }).waitFor();
    assert.equal(await page.locator('.description b').count(), 0);
    await page.getByRole('button', { name: 'Add tag' }).click();
    await page.getByRole('dialog').getByLabel('Key').fill('owner');
    await page.getByRole('dialog').getByLabel('Value').fill('ada');
    await page.getByRole('dialog').getByRole('button', { name: 'Save tag' }).click();
    await page.getByRole('button', { name: 'Remove tag owner' }).waitFor();
    const stored = await tags();
    assert.equal(stored.owner, 'ada');
    assert.equal(stored['mlflow.note.content'], 'A **strong** word <b>not markup</b>');
    await closePage(page);
  });

  it('says what is wrong where there is no such experiment', async () => {
    const page = await openPage(browser.context, '#/experiments/99999999', [/status of 404/]);
    await page.getByRole('heading', { name: 'Not found' }).first().waitFor();
    await closePage(page);
  });

  it('leads on from the front page', async () => {
    const { experiments } = await post('experiments/search', { max_results: 1, order_by: ['last_update_time DESC'] });
    const page = await openPage(browser.context, '');
    await page.getByRole('link', { name: experiments[0].name, exact: true }).click();
    await page.getByRole('heading', { level: 1, name: experiments[0].name }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: 'Experiments' }).waitFor();
    await closePage(page);
  });
});
