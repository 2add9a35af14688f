// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createExperiment, createLoggedModel, createRun, get, pairs, png, post, uploadTo } from './api.mjs';
import { base, stopServer } from './server.mjs';
import { closePage, eventually, hashQuery, openBrowser, openPage, readDownload, texts, unique } from './browser.mjs';

const hostile = '<img src=x onerror="window.pwned = true"><b>bold</b>';
const steps = 200;
const picture = png(8, 6, (x) => (x < 4 ? [255, 0, 0] : [0, 0, 255]));
const binary = Buffer.from(Array.from({ length: 3000 }, (_, i) => i % 256));
const html = `<!doctype html><title>t</title><p id="p">before</p>
<script>document.getElementById('p').textContent = 'a script ran'; parent.pwned = true;</script>`;
const csv = ['name,value,"quoted, head"', ...Array.from({ length: 500 }, (_, i) => `row ${i},${i},"a ""b"""`)].join(
  '\r\n',
);

describe('the page of a run', () => {
  let browser;
  let experiment;
  let run;
  let model;

  before(async () => {
    experiment = await createExperiment(`run-page-${unique()}`);
    const loss = Array.from({ length: steps }, (_, step) => Number((1 / (1 + step)).toFixed(6)));
    run = await createRun(experiment, {
      name: 'the-run',
      user: 'grace',
      start: Date.now() - 600_000,
      seconds: 90,
      params: { model: 'resnet', hostile },
      metrics: { final: 0.875 },
      history: { loss, 'val/loss': loss.map((y) => 2 * y) },
      tags: { team: 'vision', hostile, 'mlflow.source.name': 'train.py' },
    });
    await createRun(experiment, { name: 'the-child', tags: { 'mlflow.parentRunId': run.run_id } });
    model = await createLoggedModel(experiment, { name: 'net', type: 'sklearn', run: run.run_id });
    const dataset = { name: 'iris', digest: 'd1', source_type: 'local', source: '{}' };
    await post('runs/log-inputs', {
      run_id: run.run_id,
      datasets: [{ dataset, tags: pairs({ 'mlflow.data.context': 'training' }) }],
    });
    const files = {
      'notes.txt': 'first line\nsecond line\n',
      'data/config.json': '{"a":{"b":[1,true,null]},"name":"x"}',
      'data/table.csv': csv,
      'pictures/red.png': picture,
      'report.html': html,
      'card.md': `# Title\n\n- item with \`code\`\n\n${hostile}\n\n[bad](javascript:alert(1)) [good](https://example.org/)\n`,
      'weights.bin': binary,
      'große Datei (1) & 1+1.txt': 'the name was hard',
    };
    for (const [path, content] of Object.entries(files)) await uploadTo(run.artifact_uri, path, content);
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await stopServer();
  });

  const address = (rest = '') => `#/experiments/${experiment}/runs/${run.run_id}${rest}`;
  const value = (page, table, key) =>
    page
      .getByRole('table', { name: table })
      .locator('tr')
      .filter({ has: page.getByRole('rowheader', { name: key, exact: true }) })
      .locator('td');
  const storedTags = async () => {
    const answer = await get('runs/get', { run_id: run.run_id });
    return Object.fromEntries(answer.run.data.tags.map((tag) => [tag.key, tag.value]));
  };

  it('shows params, metrics, tags, dataset, logged model and child runs', async () => {
    const page = await openPage(browser.context, address());
    await page.getByRole('heading', { level: 1, name: 'the-run' }).waitFor();
    assert.equal(await value(page, 'Parameters', 'model').innerText(), 'resnet');
    assert.equal(await value(page, 'Metrics', 'final').innerText(), '0.875');
    const about = await page.getByRole('region', { name: 'About this run' }).innerText();
    for (const text of ['grace', '1 min 30 s', 'train.py', run.run_id])
      assert.ok(about.includes(text), `${text} in ${about}`);
    await page.getByRole('region', { name: 'Datasets' }).getByText('iris').waitFor();
    await page.getByRole('region', { name: 'Child runs' }).getByRole('link', { name: 'the-child' }).waitFor();
    await page.getByRole('region', { name: 'Logged models' }).getByRole('link', { name: 'net' }).click();
    await eventually(() => assert.ok(page.url().endsWith(`/experiments/${experiment}/models/${model.model_id}`)));
    await page.getByRole('heading', { level: 1, name: 'net' }).waitFor();
    await closePage(page);
  });

  it('shows what looks like markup as text', async () => {
    const page = await openPage(browser.context, address());
    assert.equal(await value(page, 'Parameters', 'hostile').innerText(), hostile);
    await page.getByRole('region', { name: 'Tags' }).getByText('<b>bold</b>').waitFor();
    assert.equal(await page.evaluate(() => window.pwned), undefined);
    assert.equal(await page.locator('main img, main b:text("bold")').count(), 0);
    await closePage(page);
  });

  it('changes name, description and tags', async () => {
    const page = await openPage(browser.context, address());
    await page.getByRole('heading', { level: 1 }).hover();
    await page.getByRole('button', { name: 'Rename run' }).click();
    await page.getByRole('textbox', { name: 'Name of run' }).fill('renamed run');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'renamed run' }).waitFor();
    assert.equal((await get('runs/get', { run_id: run.run_id })).run.info.run_name, 'renamed run');

    await page.getByRole('button', { name: 'Add a description' }).click();
    await page.getByLabel('Description, in Markdown').fill('Some *emphasis*');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('button', { name: 'Edit description' }).waitFor(); // until then it is the preview
    await page.locator('.description em', { hasText: 'emphasis' }).waitFor();
    assert.equal((await storedTags())['mlflow.note.content'], 'Some *emphasis*');

    await page.getByRole('button', { name: /^team/ }).click();
    await page.getByRole('dialog').getByLabel('Value').fill('audio');
    await page.getByRole('dialog').getByRole('button', { name: 'Save tag' }).click();
    await page.getByRole('button', { name: /team\s*audio/ }).waitFor();
    assert.equal((await storedTags()).team, 'audio');
    await page.getByRole('button', { name: 'Remove tag team' }).click();
    await page.getByRole('button', { name: 'Remove tag team' }).waitFor({ state: 'detached' });
    assert.equal((await storedTags()).team, undefined);
    await closePage(page);
  });

  /** How many pixels of a chart are not empty: a canvas that drew nothing has none. */
  const inked = (card) =>
    card.locator('canvas').evaluate((canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      let count = 0;
      for (let i = 3; i < data.length; i += 4) if (data[i] > 0) count++;
      return count;
    });

  it('draws a chart for each metric; a single value is a number', async () => {
    const page = await openPage(browser.context, address('/metrics'));
    const card = page.getByRole('region', { name: 'loss', exact: true });
    await card.getByRole('img', { name: `Chart of loss: 1 run, ${steps} points` }).waitFor();
    await eventually(async () => assert.ok((await inked(card)) > 500));
    await page.getByRole('region', { name: 'val/loss', exact: true }).locator('canvas').waitFor();
    assert.match(await page.getByRole('region', { name: 'final', exact: true }).innerText(), /0\.875\s+logged once/);
    await closePage(page);
  });

  it('keeps axis, scale, smoothing and search in the address', async () => {
    const page = await openPage(browser.context, address('/metrics'));
    const card = page.getByRole('region', { name: 'loss', exact: true });
    await card.locator('canvas').waitFor();
    await page.getByRole('button', { name: 'Relative' }).click();
    await page.getByRole('switch', { name: 'Log scale' }).check({ force: true });
    await page.getByRole('slider', { name: /Smoothing/ }).fill('0.5');
    await page.getByRole('searchbox', { name: 'Search metrics' }).fill('val');
    await card.waitFor({ state: 'detached' });
    const query = hashQuery(page);
    assert.deepEqual(
      [query.get('x'), query.get('log'), query.get('smooth'), query.get('metric')],
      ['relative', '1', '0.5', 'val'],
    );
    await page.reload();
    await page.getByRole('region', { name: 'val/loss', exact: true }).locator('canvas').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Relative' }).getAttribute('aria-pressed'), 'true');
    assert.equal(await page.getByRole('switch', { name: 'Log scale' }).isChecked(), true);
    assert.equal(await page.getByRole('slider', { name: /Smoothing/ }).inputValue(), '0.5');
    await closePage(page);
  });

  it('asks for the interval that is zoomed to, and for the whole again', async () => {
    const page = await openPage(browser.context, address('/metrics'));
    const card = page.getByRole('region', { name: 'loss', exact: true });
    await card.locator('canvas').waitFor();
    const box = await card.locator('.u-over').boundingBox();
    const asked = page.waitForRequest((request) => /get-history-bulk-interval.*start_step=/.test(request.url()));
    await page.mouse.move(box.x + box.width * 0.25, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 60, { steps: 4 });
    await page.mouse.up();
    const query = new URL((await asked).url()).searchParams;
    const [from, to] = [Number(query.get('start_step')), Number(query.get('end_step'))];
    assert.ok(Math.abs(from - steps * 0.25) < 6 && Math.abs(to - steps * 0.5) < 6, `from ${from} to ${to}`);
    await card.getByRole('img', { name: new RegExp(`, (${to - from + 1}|${to - from + 2}) points`) }).waitFor();
    await card.getByRole('button', { name: 'Reset zoom' }).click();
    await card.getByRole('img', { name: `Chart of loss: 1 run, ${steps} points` }).waitFor();
    await closePage(page);
  });

  it('shows the value under the pointer', async () => {
    const page = await openPage(browser.context, address('/metrics'));
    const card = page.getByRole('region', { name: 'loss', exact: true });
    const box = await card.locator('.u-over').boundingBox();
    await page.mouse.move(box.x + 1, box.y + 30);
    await eventually(async () => assert.match(await card.locator('.chart-tooltip').innerText(), /step 0\s+.*\s+1$/));
    await closePage(page);
  });

  it('enlarges a chart and downloads all its points', async () => {
    const page = await openPage(browser.context, address('/metrics'));
    await page.getByRole('button', { name: 'Enlarge loss', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'loss' });
    await dialog.locator('canvas').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('button', { name: /as CSV/ }).click(),
    ]);
    const lines = (await readDownload(download)).toString().trim().split('\r\n');
    assert.equal(lines.length, steps + 1);
    assert.match(lines[2], new RegExp(`^${run.run_id},[^,]+,1,\\d+,0\\.5$`));
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await closePage(page);
  });

  it('follows a run that is still running', async () => {
    const live = await createRun(experiment, { name: 'live', status: 'RUNNING', history: { loss: [3, 2] } });
    const page = await openPage(browser.context, `#/experiments/${experiment}/runs/${live.run_id}/metrics`);
    const card = page.getByRole('region', { name: 'loss', exact: true });
    await card.getByRole('img', { name: /, 2 points/ }).waitFor();
    await post('runs/log-metric', { run_id: live.run_id, key: 'loss', value: 1, timestamp: Date.now(), step: 2 });
    await card.getByRole('img', { name: /, 3 points/ }).waitFor();
    await closePage(page);
  });

  const tree = (page) => page.getByRole('tree', { name: 'Artifacts' });

  it('opens folders of artifacts and shows a text; which one stands in the address', async () => {
    const page = await openPage(browser.context, address('/artifacts'));
    await tree(page).getByRole('treeitem', { name: 'data' }).click();
    await tree(page)
      .getByRole('treeitem', { name: /table\.csv/ })
      .waitFor();
    await tree(page)
      .getByRole('treeitem', { name: /notes\.txt/ })
      .click();
    await page.getByText('second line').waitFor();
    assert.ok(page.url().endsWith('/artifacts/notes.txt'));
    await page.goto(`${base}/${address('/artifacts/data/config.json')}`);
    await page.reload();
    const code = page.getByRole('region', { name: 'Contents of data/config.json' });
    await code.waitFor();
    const lines = await texts(code.locator('.code-line > span:last-child'));
    assert.deepEqual(JSON.parse(lines.join('\n')), { a: { b: [1, true, null] }, name: 'x' });
    assert.equal(
      await tree(page)
        .getByRole('treeitem', { name: /config\.json/ })
        .getAttribute('aria-selected'),
      'true',
    );
    await closePage(page);
  });

  it('walks the artifact tree by the arrow keys', async () => {
    const page = await openPage(browser.context, address('/artifacts'));
    await tree(page).getByRole('treeitem').first().focus();
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-path'));
    assert.equal(await focused(), 'data');
    await page.keyboard.press('ArrowRight');
    await tree(page)
      .getByRole('treeitem', { name: /config\.json/ })
      .waitFor();
    await page.keyboard.press('ArrowRight');
    assert.equal(await focused(), 'data/config.json');
    await page.keyboard.press('ArrowLeft');
    assert.equal(await focused(), 'data');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Table of data/table.csv' }).waitFor();
    await closePage(page);
  });

  it('shows CSV as a table, and only the rows in sight', async () => {
    const page = await openPage(browser.context, address('/artifacts/data/table.csv'));
    const table = page.getByRole('region', { name: 'Table of data/table.csv' });
    await table.locator('td').first().waitFor();
    assert.deepEqual(await texts(table.locator('th')), ['name', 'value', 'quoted, head']);
    assert.deepEqual((await texts(table.locator('td'))).slice(0, 3), ['row 0', '0', 'a "b"']);
    assert.ok((await table.locator('tbody tr').count()) < 100);
    await table.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await table.getByText('row 499').waitFor();
    await page.getByRole('button', { name: 'Source' }).click();
    await page.getByRole('region', { name: 'Contents of data/table.csv' }).getByText('"quoted, head"').waitFor();
    await closePage(page);
  });

  it('shows a picture', async () => {
    const page = await openPage(browser.context, address('/artifacts/pictures/red.png'));
    const shown = page.getByRole('img', { name: 'pictures/red.png' });
    await eventually(async () =>
      assert.deepEqual(await shown.evaluate((i) => [i.naturalWidth, i.naturalHeight]), [8, 6]),
    );
    await closePage(page);
  });

  it('shows HTML in a frame where no script runs', async () => {
    const page = await openPage(browser.context, address('/artifacts/report.html'), [/sandboxed/]);
    const frame = page.locator('iframe');
    await frame.waitFor();
    assert.equal(await frame.getAttribute('sandbox'), '');
    const inside = await (await frame.elementHandle()).contentFrame();
    await inside.waitForSelector('#p');
    assert.equal(await inside.textContent('#p'), 'before');
    assert.equal(await page.evaluate(() => window.pwned), undefined);
    await closePage(page);
  });

  it('shows Markdown without its HTML and its dangerous links', async () => {
    const page = await openPage(browser.context, address('/artifacts/card.md'));
    const shown = page.locator('.markdown');
    await shown.getByRole('heading', { name: 'Title' }).waitFor();
    assert.equal(await shown.locator('li code').innerText(), 'code');
    assert.equal(await shown.locator('img, b').count(), 0);
    assert.deepEqual(await shown.locator('a').evaluateAll((links) => links.map((a) => a.href)), [
      'https://example.org/',
    ]);
    assert.equal(await page.evaluate(() => window.pwned), undefined);
    await closePage(page);
  });

  it('downloads what it cannot show, byte for byte', async () => {
    const page = await openPage(browser.context, address('/artifacts/weights.bin'));
    await page.getByText('No preview for this kind of file').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download' }).click(),
    ]);
    assert.equal(download.suggestedFilename(), 'weights.bin');
    assert.deepEqual(await readDownload(download), binary);
    await closePage(page);
  });

  it('opens a file with a difficult name', async () => {
    const page = await openPage(browser.context, address('/artifacts'));
    await tree(page)
      .getByRole('treeitem', { name: /große Datei/ })
      .click();
    await page.getByText('the name was hard').waitFor();
    await page.reload();
    await page.getByText('the name was hard').waitFor();
    await closePage(page);
  });

  it('is moved between its parts by the keyboard', async () => {
    const page = await openPage(browser.context, address());
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.press('2');
    await page.getByRole('region', { name: 'loss', exact: true }).waitFor();
    await page.keyboard.press('3');
    await tree(page).waitFor();
    await page.keyboard.press('1');
    await page.getByRole('table', { name: 'Parameters' }).waitFor();
    await closePage(page);
  });

  it('is deleted and restored', async () => {
    const doomed = await createRun(experiment, { name: 'doomed' });
    const page = await openPage(browser.context, `#/experiments/${experiment}/runs/${doomed.run_id}`);
    await page.getByRole('button', { name: 'Actions for this run' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('Deleted', { exact: true }).waitFor();
    const stage = async () => (await get('runs/get', { run_id: doomed.run_id })).run.info.lifecycle_stage;
    assert.equal(await stage(), 'deleted');
    await page.getByRole('button', { name: 'Actions for this run' }).click();
    await page.getByRole('menuitem', { name: 'Restore' }).click();
    await eventually(async () => assert.equal(await stage(), 'active'));
    await closePage(page);
  });
});
