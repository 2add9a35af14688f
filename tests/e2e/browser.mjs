// SPDX-License-Identifier: Apache-2.0
// Debian's Chromium for the tests, and the small helpers that they share.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { base } from './server.mjs';

const executablePath = process.env.MILLRACE_E2E_CHROMIUM ?? '/usr/bin/chromium';

// The network of a test machine is closed: without these Chromium looks up its maker's hosts at each start.
const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--force-color-profile=srgb',
];

export async function openBrowser(options = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-e2e-'));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath,
    args,
    viewport: { width: 1360, height: 860 },
    acceptDownloads: true,
    locale: 'en-GB',
    ...options,
  });
  context.setDefaultTimeout(15_000);
  const close = async () => {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { context, close };
}

/**
 * A page that keeps what went wrong in it: uncaught errors, and what the console calls an error, among it what the
 * Content-Security-Policy forbade. `expected` are patterns of what a test provokes.
 */
export async function openPage(context, hash, expected = [], server = base) {
  const page = await context.newPage();
  page.problems = [];
  const note = (text) => {
    if (!expected.some((pattern) => pattern.test(text))) page.problems.push(text);
  };
  page.on('pageerror', (error) => note(String(error.stack)));
  page.on('console', (message) => message.type() === 'error' && note(`${message.text()} (${message.location().url})`));
  await page.goto(`${server}/${hash}`);
  await page.locator('main').waitFor();
  // Shortcuts are registered after the first paint.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 20))));
  return page;
}

export async function closePage(page) {
  await page.close();
  assert.deepEqual(page.problems, []);
}

/** Tries a check again until it passes; after the time limit its own error is the failure. */
export async function eventually(check, limit = 10_000) {
  const end = Date.now() + limit;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export const texts = async (locator) => (await locator.allTextContents()).map((text) => text.trim());

/** The query of the address behind the #. */
export function hashQuery(page) {
  return new URLSearchParams(page.url().split('#')[1]?.split('?')[1] ?? '');
}

export const unique = () => `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`;

export async function readDownload(download) {
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  return Buffer.concat(chunks);
}
