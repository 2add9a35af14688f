// SPDX-License-Identifier: Apache-2.0
// Debian's Chromium for the tests. What the page logs as an error, or requests in vain, fails the test.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

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
