// SPDX-License-Identifier: Apache-2.0
// Imports a TypeScript module of src/ under Node, as esbuild bundles it.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import esbuild from 'esbuild';

const source = join(dirname(fileURLToPath(import.meta.url)), '../src');

export async function load(module) {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-web-'));
  const outfile = join(folder, 'module.mjs');
  try {
    await esbuild.build({
      entryPoints: [join(source, module)],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'neutral',
      mainFields: ['module', 'main'],
      jsx: 'automatic',
      jsxImportSource: 'preact',
      logLevel: 'error',
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
