// SPDX-License-Identifier: Apache-2.0
// The server under test: MILLRACE_E2E_URL, or else the program MILLRACE, started here on a database of its own.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const startWithin = 20_000;

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

async function waitFor(url, child) {
  const end = Date.now() + startWithin;
  while (Date.now() < end) {
    if (child.exitCode !== null) throw new Error(`the server ended with status ${child.exitCode}`);
    const answer = await fetch(`${url}/health`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the server did not answer ${url}/health within ${startWithin / 1000} s`);
}

/** Starts the program; `flags` are further ones, `prefix` is that of --static-prefix. */
export async function startProgram({ prefix = '', flags = [] } = {}) {
  const program = process.env.MILLRACE;
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'millrace-e2e-server-'));
  const child = spawn(
    program,
    [
      'server',
      '--host=127.0.0.1',
      `--port=${port}`,
      `--backend-store-uri=sqlite:///${join(folder, 'e2e.db')}`,
      `--artifacts-destination=${join(folder, 'artifacts')}`,
      ...(prefix ? [`--static-prefix=${prefix}`] : []),
      ...flags,
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}${prefix}`;
  try {
    await waitFor(url, child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

async function open() {
  const given = process.env.MILLRACE_E2E_URL;
  if (given) return { url: given.replace(/\/$/, ''), stop: async () => {} };
  if (!process.env.MILLRACE) {
    throw new Error('set MILLRACE_E2E_URL to a server, or MILLRACE to the program that is to be started');
  }
  return startProgram({ prefix: process.env.MILLRACE_E2E_PREFIX });
}

const server = await open();

export const base = server.url;
export const stopServer = server.stop;
