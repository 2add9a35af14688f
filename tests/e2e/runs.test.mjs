// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createExperiment, createRun, post } from './api.mjs';
import { closePage, eventually, hashQuery, openBrowser, openPage, readDownload, texts, unique } from './browser.mjs';
import { stopServer } from './server.mjs';

const grid = (page) => page.getByRole('treegrid', { name: 'Runs' });
const rows = (page) => grid(page).locator('[data-run]');
const row = (page, name) => rows(page).filter({ has: page.getByRole('link', { name, exact: true }) });
const shownNames = (page) => texts(rows(page).locator('[role=rowheader] a'));
const heading = (page, column) => grid(page).locator(`[role=columnheader][data-column="${column}"]`);
const cell = (page, name, column) => row(page, name).locator(`[role=gridcell][data-column="${column}"]`);

async function shows(page, names) {
  await eventually(async () => assert.deepEqual(await shownNames(page), names));
}

describe('the table of runs', () => {
  const start = Date.now() - 1_000_000;
  let browser;
  let small;
  let large;
  let nested;

  before(async () => {
    small = await createExperiment(`small-${unique()}`);
    const values = [
      ['one', 0.5, 'resnet'],
      ['two', 0.9, 'vit'],
      ['three', 0.7, 'resnet'],
    ];
    for (const [index, [name, accuracy, model]] of values.entries()) {
      await createRun(small, {
        name,
        start: start + index * 1000,
        seconds: 75,
        params: { model, 'learning rate': 0.1 * (index + 1) },
        metrics: { accuracy, 'val/loss': 1 - accuracy },
        tags: { team: 'vision' },
      });
    }
    nested = await createExperiment(`nested-${unique()}`);
    const parent = await createRun(nested, { name: 'parent', start });
    for (let i = 0; i < 2; i++) {
      await createRun(nested, {
        name: `child-${i}`,
        start: start + 1000 + i,
        tags: { 'mlflow.parentRunId': parent.run_id },
      });
    }
    large = await createExperiment(`large-${unique()}`);
    for (let i = 0; i < 230; i++) {
      await createRun(large, { name: `run-${i}`, start: start + i, metrics: { score: i }, params: { index: i } });
    }
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await stopServer();
  });

  it('has the newest first, with metrics and params as columns', async () => {
    const page = await openPage(browser.context, `#/experiments/${small}`);
    await shows(page, ['three', 'two', 'one']);
    assert.equal(await cell(page, 'two', 'metrics.accuracy').innerText(), '0.9');
    assert.equal(await cell(page, 'two', 'params.model').innerText(), 'vit');
    assert.equal(await cell(page, 'three', 'params.learning rate').innerText(), '0.30000000000000004');
    assert.equal(await cell(page, 'one', 'attributes.duration').innerText(), '1 min 15 s');
    await closePage(page);
  });

  it('sorts by a clicked heading: greatest first, then least, then as before', async () => {
    const page = await openPage(browser.context, `#/experiments/${small}`);
    await shows(page, ['three', 'two', 'one']);
    const requests = [];
    page.on('request', (request) => request.url().endsWith('/runs/search') && requests.push(request.postDataJSON()));
    const accuracy = heading(page, 'metrics.accuracy');
    await accuracy.getByRole('button').click();
    await shows(page, ['two', 'three', 'one']);
    assert.equal(await accuracy.getAttribute('aria-sort'), 'descending');
    assert.deepEqual(requests[0].order_by, ['metrics.accuracy DESC']);
    await accuracy.getByRole('button').click();
    await shows(page, ['one', 'three', 'two']);
    assert.equal(await accuracy.getAttribute('aria-sort'), 'ascending');
    await accuracy.getByRole('button').click();
    await shows(page, ['three', 'two', 'one']);
    assert.equal(await accuracy.getAttribute('aria-sort'), null);
    await closePage(page);
  });

  it('sorts by keys that need quoting, and keeps the order in the address', async () => {
    const page = await openPage(browser.context, `#/experiments/${small}`);
    await heading(page, 'metrics.val/loss').getByRole('button').click();
    await shows(page, ['one', 'three', 'two']);
    assert.equal(hashQuery(page).get('orderByKey'), 'metrics.`val/loss`');
    await page.reload();
    await shows(page, ['one', 'three', 'two']);
    await heading(page, 'params.learning rate').getByRole('button').click();
    await shows(page, ['three', 'two', 'one']);
    await closePage(page);
  });

  it('filters, and keeps the filter in the address', async () => {
    const page = await openPage(browser.context, `#/experiments/${small}`);
    await shows(page, ['three', 'two', 'one']);
    await page.keyboard.press('/');
    await page.keyboard.type("params.model = 'resnet' and metrics.accuracy > 0.6");
    await page.keyboard.press('Enter');
    await shows(page, ['three']);
    assert.equal(hashQuery(page).get('searchFilter'), "params.model = 'resnet' and metrics.accuracy > 0.6");
    await page.reload();
    await shows(page, ['three']);
    await page.getByRole('combobox', { name: 'Filter runs' }).fill('');
    await shows(page, ['three', 'two', 'one']);
    await closePage(page);
  });

  it("shows the server's own words for a wrong filter and keeps the runs in sight", async () => {
    const answer = await post('runs/search', { experiment_ids: [small], filter: 'metrics.accuracy >> 1' }).catch(
      (e) => e,
    );
    const said = JSON.parse(/\{.*\}/s.exec(answer.message)[0]).message;
    const page = await openPage(browser.context, `#/experiments/${small}`, [/status of 400/]);
    await shows(page, ['three', 'two', 'one']);
    const box = page.getByRole('combobox', { name: 'Filter runs' });
    await box.fill('metrics.accuracy >> 1');
    await box.press('Enter');
    const alert = page.getByRole('alert');
    await alert.waitFor();
    // The set in the message has no order.
    assert.equal((await alert.innerText()).split(' not one of')[0], said.split(' not one of')[0]);
    assert.equal(await box.getAttribute('aria-invalid'), 'true');
    await shows(page, ['three', 'two', 'one']);
    await box.fill('metrics.accuracy > 0.8');
    await box.press('Enter');
    await shows(page, ['two']);
    assert.equal(await box.getAttribute('aria-invalid'), 'false');
    await closePage(page);
  });

  it('proposes keys while a filter is typed', async () => {
    const page = await openPage(browser.context, `#/experiments/${small}`);
    await shows(page, ['three', 'two', 'one']);
    const box = page.getByRole('combobox', { name: 'Filter runs' });
    await box.pressSequentially('metrics.val');
    await page.getByRole('option', { name: 'metrics.`val/loss`' }).waitFor();
    await box.press('ArrowDown');
    await box.press('Enter');
    await eventually(async () => assert.equal(await box.inputValue(), 'metrics.`val/loss` '));
    await box.pressSequentially('< 0.2');
    await box.press('Enter');
    await shows(page, ['two']);
    await closePage(page);
  });

  it('loads page after page while it is scrolled, and draws only the rows in sight', async () => {
    const page = await openPage(browser.context, `#/experiments/${large}?orderByKey=metrics.score&orderByAsc=false`);
    const tokens = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/runs/search')) tokens.push(request.postDataJSON().page_token);
    });
    await page.getByRole('status').filter({ hasText: '100 runs loaded' }).waitFor();
    assert.ok((await rows(page).count()) < 60, 'only some of the rows are drawn');
    await grid(page).evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await page.getByRole('status').filter({ hasText: '200 runs loaded' }).waitFor();
    await grid(page).evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await page
      .getByRole('status')
      .filter({ hasText: /^230 runs$/ })
      .waitFor();
    await grid(page).evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await row(page, 'run-0').waitFor();
    assert.ok((await rows(page).count()) < 60, 'still only some of the rows are drawn');
    assert.equal(new Set(tokens.filter(Boolean)).size, 2, 'each further page is asked for by its token');
    await closePage(page);
  });

  it('comes back from a run to where the table was scrolled', async () => {
    const page = await openPage(browser.context, `#/experiments/${large}`);
    await page.getByRole('status').filter({ hasText: '100 runs loaded' }).waitFor();
    await grid(page).evaluate((element) => element.scrollTo(0, 1800));
    await row(page, 'run-175').getByRole('link').click();
    await page.getByRole('heading', { level: 1, name: 'run-175' }).waitFor();
    await page.goBack();
    await row(page, 'run-175').waitFor();
    assert.ok((await grid(page).evaluate((element) => element.scrollTop)) > 1500);
    await closePage(page);
  });

  it('shows the columns that are chosen, also after a reload', async () => {
    const page = await openPage(browser.context, `#/experiments/${small}`);
    await heading(page, 'metrics.accuracy').waitFor();
    await page.getByRole('button', { name: /^Columns/ }).click();
    await page.getByRole('checkbox', { name: 'accuracy' }).uncheck();
    await page.getByRole('checkbox', { name: 'team' }).check();
    await page.keyboard.press('Escape');
    await heading(page, 'tags.team').waitFor();
    assert.equal(await heading(page, 'metrics.accuracy').count(), 0);
    await page.reload();
    await heading(page, 'tags.team').waitFor();
    assert.equal(await heading(page, 'metrics.accuracy').count(), 0);
    assert.equal(await cell(page, 'one', 'tags.team').innerText(), 'vision');
    await page.getByRole('button', { name: /^Columns/ }).click();
    await page.getByRole('button', { name: 'Back to the usual columns' }).click();
    await heading(page, 'metrics.accuracy').waitFor();
    await closePage(page);
  });

  it('puts child runs below their parent, closed at first', async () => {
    const page = await openPage(browser.context, `#/experiments/${nested}`);
    await shows(page, ['parent']);
    await page.getByRole('button', { name: 'Show the child runs of parent' }).click();
    await shows(page, ['parent', 'child-1', 'child-0']);
    assert.equal(await row(page, 'child-0').getAttribute('aria-level'), '2');
    await page.getByRole('switch', { name: 'Nest' }).uncheck({ force: true });
    await shows(page, ['child-1', 'child-0', 'parent']);
    await page.reload();
    await shows(page, ['child-1', 'child-0', 'parent']);
    await closePage(page);
  });

  it('is worked by the keyboard alone', async () => {
    const page = await openPage(browser.context, `#/experiments/${small}`);
    await shows(page, ['three', 'two', 'one']);
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
    await page.keyboard.press('j');
    await eventually(async () => assert.match(await focused(), /^three/));
    await page.keyboard.press('j');
    await eventually(async () => assert.match(await focused(), /^two/));
    await page.keyboard.press('x');
    await page.keyboard.press('ArrowDown');
    await eventually(async () => assert.match(await focused(), /^one/));
    await page.keyboard.press('Space');
    await page.getByText('2 runs selected').waitFor();
    assert.equal(await row(page, 'two').getAttribute('aria-selected'), 'true');
    await page.keyboard.press('c');
    await page.getByRole('heading', { level: 1, name: 'Comparing 2 runs' }).waitFor();
    await page.goBack();
    await page.getByText('2 runs selected').waitFor();
    await page.keyboard.press('k');
    await page.keyboard.press('Enter');
    await eventually(() => assert.match(page.url(), /\/runs\/[0-9a-f]{32}$/));
    await closePage(page);
  });

  it('draws charts of the selected runs, or of the first ones', async () => {
    const page = await openPage(browser.context, `#/experiments/${large}`);
    await row(page, 'run-229').getByRole('checkbox').check();
    await row(page, 'run-227').getByRole('checkbox').check();
    await page.getByRole('link', { name: 'Charts' }).click();
    await page.getByText('The 2 selected runs.').waitFor();
    const card = page.getByRole('region', { name: 'score', exact: true });
    await eventually(async () => assert.deepEqual(await texts(card.locator('li b')), ['229', '227']));
    await page.getByRole('link', { name: 'Runs', exact: true }).click();
    await page.getByText('2 runs selected').waitFor();
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('link', { name: 'Charts' }).click();
    await page.getByText('The first 10 runs of the table.').waitFor();
    await eventually(async () => assert.equal(await card.locator('li').count(), 10));
    await closePage(page);
  });

  it('deletes selected runs, takes that back, and restores from the deleted ones', async () => {
    const experiment = await createExperiment(`deleting-${unique()}`);
    for (const [index, name] of ['keep', 'drop'].entries()) await createRun(experiment, { name, start: start + index });
    const page = await openPage(browser.context, `#/experiments/${experiment}`);
    const remove = async () => {
      await row(page, 'drop').getByRole('checkbox').check();
      await page.getByRole('region', { name: 'Selected runs' }).getByRole('button', { name: 'Delete' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await shows(page, ['keep']);
    };
    await remove();
    await page.getByRole('button', { name: 'Undo' }).click();
    await shows(page, ['drop', 'keep']);
    await remove();
    await page.getByRole('button', { name: 'Deleted', exact: true }).click();
    await shows(page, ['drop']);
    await row(page, 'drop').getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Restore' }).click();
    await page.getByRole('heading', { name: 'No deleted runs' }).waitFor();
    await page.getByRole('button', { name: 'Active', exact: true }).click();
    await shows(page, ['drop', 'keep']);
    await closePage(page);
  });

  it('is downloaded as CSV', async () => {
    const page = await openPage(browser.context, `#/experiments/${small}?columns=metrics.accuracy,params.model`);
    await shows(page, ['three', 'two', 'one']);
    await page.getByRole('button', { name: 'More', exact: true }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'Download the table as CSV' }).click(),
    ]);
    const lines = (await readDownload(download)).toString().trim().split('\r\n');
    assert.equal(lines[0], 'run_id,attributes.run_name,metrics.accuracy,params.model');
    assert.match(lines[1], /^[0-9a-f]{32},three,0\.7,resnet$/);
    assert.equal(lines.length, 4);
    await closePage(page);
  });

  it('compares runs: what differs, and charts of them all', async () => {
    const { runs } = await post('runs/search', { experiment_ids: [small], order_by: ['metrics.accuracy DESC'] });
    const ids = JSON.stringify(runs.map((run) => run.info.run_id));
    const address = `#/compare-runs?runs=${encodeURIComponent(ids)}&experiments=${encodeURIComponent(`["${small}"]`)}`;
    const page = await openPage(browser.context, address);
    const card = page.getByRole('region', { name: 'accuracy', exact: true });
    await eventually(async () => assert.deepEqual(await texts(card.locator('li b')), ['0.9', '0.7', '0.5']));
    await page.getByRole('link', { name: 'Parameters and values' }).click();
    const params = page.getByRole('table', { name: 'Parameters' });
    assert.deepEqual(await texts(params.locator('tr').nth(2).locator('th, td')), ['model', 'vit', 'resnet', 'resnet']);
    assert.equal(await page.getByRole('table', { name: 'Tags' }).count(), 0);
    await page.getByRole('switch', { name: 'Only what differs' }).uncheck({ force: true });
    await page.getByRole('table', { name: 'Tags' }).waitFor();
    await params.getByRole('button', { name: 'Take one out of the comparison' }).click();
    await page.getByRole('heading', { level: 1, name: 'Comparing 2 runs' }).waitFor();
    await closePage(page);
  });
});
