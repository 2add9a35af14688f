// SPDX-License-Identifier: Apache-2.0
// Builds the web UI: `node build.mjs [--out DIR]`.
// Beside the files it writes each one's .gz and a manifest.tsv, which tools/embed.c turns into C.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import esbuild from 'esbuild';

const root = dirname(fileURLToPath(import.meta.url));
const assetFolder = 'static-files';

const contentTypes = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
};

function hashOf(bytes) {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}

function options(out) {
  return {
    absWorkingDir: root,
    entryPoints: { main: 'src/main.tsx', theme: 'src/theme-boot.ts' },
    outdir: join(out, assetFolder),
    entryNames: '[name]-[hash]',
    bundle: true,
    format: 'esm',
    target: ['es2022', 'chrome109', 'firefox115', 'safari16.4'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  };
}

// The MIT-licensed packages in the bundle ask that their notice travels with them.
function licenceText(metafile) {
  const packages = new Set();
  for (const input of Object.keys(metafile.inputs)) {
    const found = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (found) packages.add(found[1]);
  }
  const parts = ['The web UI of Millrace is under the Apache License 2.0 and contains these packages:\n'];
  for (const name of [...packages].sort()) {
    const folder = join(root, 'node_modules', name);
    const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((f) => /^licen[cs]e/i.test(f));
    if (!file) throw new Error(`${name} has no licence file: cannot ship it`);
    parts.push(`${'-'.repeat(78)}\n${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8')}`);
  }
  return parts.join('\n');
}

function writeHashed(out, name, bytes) {
  const extension = extname(name);
  const file = `${assetFolder}/${name.slice(0, -extension.length)}-${hashOf(bytes)}${extension}`;
  writeFileSync(join(out, file), bytes);
  return file;
}

function outputFor(metafile, entry, extension) {
  const found = Object.entries(metafile.outputs).find(([, o]) => o.entryPoint === entry);
  if (!found) throw new Error(`esbuild made nothing for ${entry}`);
  return extension === '.css' ? found[1].cssBundle : found[0];
}

function writeIndex(out, metafile) {
  const asset = (entry, extension) =>
    relative(out, resolve(root, outputFor(metafile, entry, extension))).replaceAll('\\', '/');
  const replacements = {
    SCRIPT: asset('src/main.tsx', '.js'),
    STYLE: asset('src/main.tsx', '.css'),
    THEME: asset('src/theme-boot.ts', '.js'),
    ICON: writeHashed(out, 'icon.svg', readFileSync(join(root, 'src/icon.svg'))),
    LICENCES: writeHashed(out, 'licences.txt', licenceText(metafile)),
  };
  const html = readFileSync(join(root, 'src/index.html'), 'utf8').replace(/%([A-Z]+)%/g, (all, key) => {
    if (!(key in replacements)) throw new Error(`src/index.html: nothing to put in place of ${all}`);
    return replacements[key];
  });
  writeFileSync(join(out, 'index.html'), html);
}

// A line a file: URL path, file, compressed file, content type, ETag, immutable.
function writeManifest(out) {
  const files = readdirSync(join(out, assetFolder)).map((f) => `${assetFolder}/${f}`);
  const lines = [];
  for (const file of ['index.html', ...files.sort()]) {
    const bytes = readFileSync(join(out, file));
    const type = contentTypes[extname(file)];
    if (!type) throw new Error(`${file}: no content type is known for it`);
    writeFileSync(join(out, `${file}.gz`), gzipSync(bytes, { level: 9 }));
    const path = file === 'index.html' ? '/' : `/${file}`;
    const immutable = file === 'index.html' ? 0 : 1;
    lines.push([path, file, `${file}.gz`, type, hashOf(bytes), immutable].join('\t'));
  }
  writeFileSync(join(out, 'manifest.tsv'), `${lines.join('\n')}\n`);
}

function finish(out, result) {
  writeIndex(out, result.metafile);
  writeManifest(out);
}

function emptyFolder(out) {
  if (existsSync(out)) rmSync(out, { recursive: true });
  mkdirSync(join(out, assetFolder), { recursive: true });
}

export async function build(out = join(root, 'dist')) {
  emptyFolder(out);
  finish(out, await esbuild.build(options(out)));
}

/** Rebuilds at each change of a source and calls `done` after each build. */
export async function watch(out, done) {
  const each = {
    name: 'millrace-finish',
    setup(b) {
      b.onStart(() => emptyFolder(out));
      b.onEnd((result) => {
        if (result.errors.length === 0) finish(out, result);
        done(result.errors.length);
      });
    },
  };
  const context = await esbuild.context({ ...options(out), plugins: [each] });
  await context.watch();
}

function report(out) {
  const sizes = readdirSync(join(out, assetFolder)).filter((f) => f.endsWith('.gz'));
  for (const f of sizes) {
    const gz = readFileSync(join(out, assetFolder, f)).length;
    console.log(`  ${f.slice(0, -3).padEnd(34)} ${(gz / 1024).toFixed(1).padStart(6)} KB gz`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const at = process.argv.indexOf('--out');
  const out = at > 0 ? resolve(process.argv[at + 1]) : join(root, 'dist');
  await build(out);
  report(out);
}
