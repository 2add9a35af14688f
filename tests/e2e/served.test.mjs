// SPDX-License-Identifier: Apache-2.0
// How the program serves the pages; run where MILLRACE names it, since other servers do it in their own way.

import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { startProgram, stopServer } from './server.mjs';
import { closePage, eventually, openBrowser, openPage } from './browser.mjs';

/** fetch() decompresses by itself, so the bytes are asked for by hand. */
function ask(url, headers = {}) {
  return new Promise((resolve, reject) => {
    http
      .get(url, { headers }, async (answer) => {
        const chunks = [];
        for await (const chunk of answer) chunks.push(chunk);
        resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks) });
      })
      .on('error', reject);
  });
}

const skip = process.env.MILLRACE ? false : 'MILLRACE does not name a program';

describe('the program serves the pages', { skip }, () => {
  let server;
  let browser;

  before(async () => {
    server = await startProgram({ prefix: '/mill/race' });
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    await stopServer();
  });

  const files = async () => {
    const page = (await ask(`${server.url}/`)).body.toString();
    return [...page.matchAll(/"(static-files\/[^"]+)"/g)].map((match) => match[1]);
  };

  it('plain and compressed, the same bytes under two ETags', async () => {
    for (const file of ['', ...(await files())]) {
      const plain = await ask(`${server.url}/${file}`);
      const packed = await ask(`${server.url}/${file}`, { 'Accept-Encoding': 'gzip' });
      assert.equal(plain.status, 200, file);
      assert.equal(plain.headers['content-encoding'], undefined);
      assert.equal(packed.headers['content-encoding'], 'gzip');
      assert.deepEqual(gunzipSync(packed.body), plain.body);
      assert.equal(packed.headers['content-type'], plain.headers['content-type']);
      assert.notEqual(packed.headers.etag, plain.headers.etag);
      assert.match(packed.headers.vary, /accept-encoding/i);
    }
  });

  it('for ever what has a hash in its name, and asks again for the page', async () => {
    const names = await files();
    assert.ok(names.length >= 4);
    for (const name of names) assert.match((await ask(`${server.url}/${name}`)).headers['cache-control'], /immutable/);
    assert.equal((await ask(`${server.url}/`)).headers['cache-control'], 'no-cache');
  });

  it('nothing to who has it already', async () => {
    for (const headers of [{}, { 'Accept-Encoding': 'gzip' }]) {
      const first = await ask(`${server.url}/`, headers);
      const again = await ask(`${server.url}/`, { ...headers, 'If-None-Match': first.headers.etag });
      assert.equal(again.status, 304);
      assert.equal(again.body.length, 0);
    }
  });

  it('under a policy that forbids scripts from elsewhere and in the page', async () => {
    const policy = (await ask(`${server.url}/`)).headers['content-security-policy'];
    const rules = new Map(policy.split(';').map((rule) => rule.trim().split(/ (.*)/).slice(0, 2)));
    assert.equal(rules.get('default-src'), "'self'");
    assert.equal(rules.get('script-src') ?? rules.get('default-src'), "'self'");
    assert.equal(rules.get('object-src'), "'none'");
  });

  it('below its prefix, with the API', async () => {
    const page = await openPage(browser.context, '', [], server.url);
    await page.getByRole('link', { name: 'Default', exact: true }).click();
    await page.getByRole('heading', { name: 'No runs yet' }).waitFor();
    await eventually(() => assert.ok(page.url().startsWith(`${server.url}/#/experiments/0`)));
    assert.match(await page.locator('.snippet').innerText(), new RegExp(`"${server.url}"`));
    await closePage(page);
  });
});
