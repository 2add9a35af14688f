// SPDX-License-Identifier: Apache-2.0
// What holds for every page: themes, keyboard, names for assistive technology, narrow windows, any prefix.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createExperiment, createLoggedModel, createRun, post, uploadTo } from './api.mjs';
import { closePage, eventually, openBrowser, openPage, unique } from './browser.mjs';
import { base, stopServer } from './server.mjs';

describe('every page', () => {
  const mark = unique();
  const experimentName = `looks-${mark}`;
  let browser;
  let pages;
  let run;

  before(async () => {
    const experiment = await createExperiment(experimentName);
    run = await createRun(experiment, {
      name: 'a-run-with-quite-a-long-name-that-has-to-fit-somewhere',
      params: { model: 'resnet', path: `/data/${'deep/'.repeat(30)}` },
      history: { loss: [3, 2, 1], accuracy: [0.1, 0.2, 0.3] },
    });
    const other = await createRun(experiment, { name: 'other', history: { loss: [3, 2.5, 2] } });
    await uploadTo(run.artifact_uri, 'notes.txt', 'a note');
    const logged = await createLoggedModel(experiment, { name: 'net', run: run.run_id });
    await post('registered-models/create', { name: `model-${mark}` });
    await post('model-versions/create', { name: `model-${mark}`, source: run.artifact_uri, run_id: run.run_id });
    const ids = encodeURIComponent(JSON.stringify([run.run_id, other.run_id]));
    pages = {
      experiments: '#/experiments',
      runs: `#/experiments/${experiment}`,
      charts: `#/experiments/${experiment}?view=charts`,
      'logged models': `#/experiments/${experiment}/models`,
      'logged model': `#/experiments/${experiment}/models/${logged.model_id}`,
      run: `#/experiments/${experiment}/runs/${run.run_id}`,
      metrics: `#/experiments/${experiment}/runs/${run.run_id}/metrics`,
      artifacts: `#/experiments/${experiment}/runs/${run.run_id}/artifacts/notes.txt`,
      compare: `#/compare-runs?runs=${ids}`,
      values: `#/compare-runs?runs=${ids}&view=values`,
      models: '#/models',
      plugins: '#/plugins',
      plugin: '#/plugins/sqlite',
      model: `#/models/model-${mark}`,
      version: `#/models/model-${mark}/versions/1`,
    };
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await stopServer();
  });

  async function visit(page, hash) {
    await page.goto('about:blank'); // else only the part behind the # would change, and nothing be loaded
    await page.goto(`${base}/${hash}`);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.getByRole('status', { name: 'Loading' }).waitFor({ state: 'detached' });
  }

  it('has a title, one first heading, landmarks, and a name for each control', async () => {
    const page = await openPage(browser.context, '');
    for (const [name, hash] of Object.entries(pages)) {
      await visit(page, hash);
      assert.match(await page.title(), /.+ · Millrace$/, name);
      assert.equal(await page.getByRole('heading', { level: 1 }).count(), 1, name);
      assert.equal(await page.getByRole('main').count(), 1, name);
      const nameless = await page.evaluate(() =>
        [...document.querySelectorAll('button, a[href], input, select, textarea, img, iframe, canvas')]
          .filter((e) => !(e instanceof HTMLCanvasElement && e.closest('[role=img][aria-label]')))
          .filter((e) => {
            const text =
              e.getAttribute('aria-label') ?? e.getAttribute('alt') ?? e.getAttribute('title') ?? e.textContent;
            return !text?.trim() && !(e.labels && [...e.labels].some((label) => label.textContent.trim()));
          })
          .map((e) => e.outerHTML.slice(0, 120)),
      );
      assert.deepEqual(nameless, [], name);
    }
    await closePage(page);
  });

  it('fits into a narrow window without scrolling sideways', async () => {
    const page = await openPage(browser.context, '');
    await page.setViewportSize({ width: 360, height: 720 });
    for (const [name, hash] of Object.entries(pages)) {
      await visit(page, hash);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= 360, `${name} is ${width} wide`);
    }
    await closePage(page);
  });

  /** The relative luminance of a CSS colour, as WCAG has it. */
  const contrastOf = (page, selector) =>
    page
      .locator(selector)
      .first()
      .evaluate((element) => {
        const luminance = (color) => {
          const [r, g, b] = /(\d+), (\d+), (\d+)/
            .exec(color)
            .slice(1)
            .map((c) => c / 255)
            .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        let behind = element;
        while (/rgba\(.*, 0\)/.test(getComputedStyle(behind).backgroundColor)) behind = behind.parentElement;
        const [a, b] = [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor].map(luminance);
        return { ratio: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), dark: b < 0.2 };
      });

  for (const colorScheme of ['light', 'dark']) {
    it(`follows a system that prefers ${colorScheme}, with readable contrast`, async () => {
      const page = await openPage(browser.context, '');
      await page.emulateMedia({ colorScheme });
      await visit(page, pages.run);
      for (const selector of [
        'h1',
        '.crumbs a',
        '.facts dt',
        '.key-values th',
        '.key-values td',
        '.tabs a',
        '.faint',
        '.hint',
        '.chip-key',
      ]) {
        if ((await page.locator(selector).count()) === 0) continue;
        const { ratio, dark } = await contrastOf(page, selector);
        assert.equal(dark, colorScheme === 'dark', selector);
        assert.ok(ratio >= 4.5, `${selector} has a contrast of ${ratio.toFixed(2)}`);
      }
      await closePage(page);
    });
  }

  it('keeps a chosen theme, also when it is loaded again', async () => {
    const page = await openPage(browser.context, pages.metrics);
    await page.emulateMedia({ colorScheme: 'light' });
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await ground();
    const button = page.getByRole('button', { name: /^Theme:/ });
    await button.click(); // from system to light
    await button.click(); // to dark
    const dark = await ground();
    assert.notEqual(dark, light);
    await page.reload();
    await page.getByRole('heading', { level: 1 }).waitFor();
    assert.equal(await ground(), dark);
    await button.click(); // to system
    assert.equal(await ground(), light);
    await closePage(page);
  });

  it('shows the shortcuts that work on it', async () => {
    const page = await openPage(browser.context, pages.runs);
    await page.getByRole('treegrid').waitFor();
    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await dialog.getByText('Compare the selected runs').waitFor();
    const licences = await dialog.getByRole('link', { name: /Licences/ }).getAttribute('href');
    assert.match(await (await fetch(`${base}/${licences}`)).text(), /preact[\s\S]*MIT/i);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.keyboard.press('g');
    await page.keyboard.press('m');
    await page.getByRole('heading', { level: 1, name: 'Models' }).waitFor();
    await closePage(page);
  });

  it('jumps to an experiment by name and to a run by id', async () => {
    const page = await openPage(browser.context, '#/models');
    const open = async () => {
      await page.keyboard.press('Control+k');
      await page.locator('input[role=combobox]:focus').waitFor(); // keys pressed before that go to the page
    };
    await open();
    await page.keyboard.type(experimentName);
    await page.getByRole('option', { name: experimentName }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: experimentName }).waitFor();
    await open();
    await page.keyboard.type(run.run_id);
    await page.getByRole('option', { name: /a-run-with/ }).waitFor();
    await page.keyboard.press('Enter');
    await eventually(() => assert.ok(page.url().endsWith(`/runs/${run.run_id}`)));
    await closePage(page);
  });

  it('does not take keys for shortcuts while something is typed', async () => {
    const page = await openPage(browser.context, pages.experiments);
    await page.keyboard.press('/');
    await page.keyboard.type('n?gm');
    assert.equal(await page.getByRole('searchbox').inputValue(), 'n?gm');
    assert.equal(await page.getByRole('dialog').count(), 0);
    await closePage(page);
  });

  it('shows where the focus is, and leads past the navigation', async () => {
    const page = await openPage(browser.context, pages.runs);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.textContent.trim()), 'Skip to the content');
    await page.keyboard.press('Tab');
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    assert.equal(outline, 'solid');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
    await closePage(page);
  });

  it('says so when the server is gone, and recovers', async () => {
    const page = await openPage(browser.context, pages.experiments, [/ERR_FAILED/]);
    await page.getByRole('table').waitFor();
    await page.route('**/experiments/search', (route) => route.abort());
    await page.reload();
    await page.getByRole('heading', { name: 'The server cannot be reached' }).waitFor();
    await page.unroute('**/experiments/search');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('table', { name: 'Experiments' }).waitFor();
    await closePage(page);
  });

  it('is nothing that is not there', async () => {
    const page = await openPage(browser.context, '#/nowhere/at/all');
    await page.getByRole('heading', { name: 'There is no page at this address' }).waitFor();
    await closePage(page);
  });

  it('names its own files relative to the page, so that it works below any prefix', async () => {
    const text = await (await fetch(`${base}/`)).text();
    const references = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]);
    assert.ok(references.length >= 4);
    for (const reference of references) {
      assert.match(reference, /^static-files\/[\w.-]+$/);
      const answer = await fetch(`${base}/${reference}`);
      assert.equal(answer.status, 200, reference);
    }
    const page = await openPage(browser.context, pages.run);
    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.reload();
    await page.getByRole('heading', { level: 1 }).waitFor();
    assert.ok(asked.length > 3 && asked.every((url) => url.startsWith(`${base}/`)), asked.join('\n'));
    await closePage(page);
  });
});
