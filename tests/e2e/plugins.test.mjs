// SPDX-License-Identifier: Apache-2.0
// The plugins of a server: those that are there, the apps that it runs, what was refused, and what calls took.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startProgram, stopServer } from './server.mjs';
import { closePage, eventually, hashQuery, openBrowser, openPage, texts } from './browser.mjs';

const skip = process.env.MILLRACE ? false : 'MILLRACE does not name a program';

describe('the page of the plugins', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-e2e-plugins-'));
  let server;
  let browser;

  before(async () => {
    writeFileSync(join(folder, 'broken.so'), 'this is no plugin');
    server = await startProgram({
      flags: [
        `--plugin=${join(folder, 'broken.so')}`,
        '--app-name=audit-log',
        '--app-name=rate-limit',
        `--app-config=audit-log.file=${join(folder, 'audit.jsonl')}`,
        '--app-config=rate-limit.rate=100000',
        '--app-config=rate-limit.burst=100000',
      ],
    });
    const ask = (path, body) =>
      fetch(`${server.url}/api/2.0/mlflow/${path}`, {
        method: body ? 'POST' : 'GET',
        headers: body ? { 'Content-Type': 'application/json' } : {},
        body: body && JSON.stringify(body),
      });
    for (let i = 0; i < 5; i++) await ask('experiments/search', { max_results: 5 });
    await ask('experiments/get?experiment_id=404');
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    await stopServer();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = (hash) => openPage(browser.context, hash, [], server.url);
  const row = (page, name) =>
    page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: new RegExp(`^${name}\\b`) }) });

  it('lists them with state, source, calls and errors', async () => {
    const page = await open('#/plugins');
    await page.getByRole('heading', { level: 1, name: 'Plugins' }).waitFor();
    const cells = await texts(row(page, 'sqlite').getByRole('cell'));
    assert.equal(cells[0], 'Loaded');
    assert.equal(cells[1], 'tracking store, model registry store');
    assert.equal(cells[2], 'built-in');
    assert.ok(Number(cells[3]) >= 6, cells);
    assert.match(cells[4], /\d (µs|ms|s)$/);
    assert.equal(cells[5], '1 refused');
    assert.equal((await texts(row(page, 'example').getByRole('cell')))[0], 'Not loaded yet');
    assert.match(await page.locator('.page-head .hint').innerText(), /2 apps, in this order: audit-log → rate-limit/);
    await closePage(page);
  });

  it('says why a plugin was refused, and shows only those in trouble', async () => {
    const page = await open('#/plugins');
    await page.getByRole('button', { name: 'In trouble' }).click();
    await eventually(async () => assert.equal(await page.getByRole('row').count(), 2));
    const broken = page.getByRole('row').nth(1);
    assert.match(await broken.innerText(), /broken\.so/);
    assert.match(await broken.innerText(), /Refused/);
    assert.match(await broken.getByRole('rowheader').innerText(), /too short to be a shared object/);
    assert.equal(hashQuery(page).get('show'), 'trouble');
    await page.reload();
    await eventually(async () => assert.equal(await page.getByRole('row').count(), 2));
    await closePage(page);
  });

  it('finds a plugin by what it offers', async () => {
    const page = await open('#/plugins');
    await page.keyboard.press('/');
    await page.keyboard.type('rate-limit');
    await eventually(async () => assert.equal(await page.getByRole('row').count(), 2));
    await page.getByRole('link', { name: 'apps' }).click();
    await page.getByRole('heading', { level: 1, name: 'apps' }).waitFor();
    await closePage(page);
  });

  it('shows options with defaults, and the calls of each entry', async () => {
    const page = await open('#/plugins/apps');
    const card = page.getByRole('region', { name: 'app: rate-limit' });
    const options = await texts(card.getByRole('row'));
    assert.equal(options.length, 4);
    assert.match(options[1], /rate.*double.*50.*a second/);
    assert.match(await card.getByText(/each/).first().innerText(), /each/);
    const calls = Number(await card.locator('dd').first().innerText());
    assert.ok(calls >= 6, String(calls));
    await fetch(`${server.url}/version`);
    await page.getByRole('button', { name: 'Load again' }).click();
    await eventually(async () => assert.ok(Number(await card.locator('dd').first().innerText()) > calls));
    assert.match(await page.getByRole('region', { name: 'app: basic-auth' }).innerText(), /has not called it/);
    await closePage(page);
  });

  it('is reached from every page, by the bar and by keys', async () => {
    const page = await open('#/experiments');
    await page.getByRole('link', { name: 'Plugins', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Plugins' }).waitFor();
    await page.goto(`${server.url}/#/models`);
    await page.getByRole('heading', { level: 1, name: 'Models' }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('p');
    await page.getByRole('heading', { level: 1, name: 'Plugins' }).waitFor();
    await page.goto(`${server.url}/#/plugins/nosuch`);
    await page.getByRole('heading', { name: 'There is no plugin named nosuch' }).waitFor();
    await closePage(page);
  });
});
