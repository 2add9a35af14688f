// SPDX-License-Identifier: Apache-2.0
// The parts that only compute: CSV, text or not, quoting, numbers, chart series, addresses.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { it } from 'node:test';
import { load } from './load.mjs';

it('reads CSV', async () => {
  const { parseCsv, separatorOf } = await load('artifacts/csv.ts');
  const cases = [
    ['', []],
    ['a,b', [['a', 'b']]],
    [
      'a,b\r\nc,d\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['a,\nb', [['a', ''], ['b']]],
    ['a,', [['a', '']]],
    [
      '"x, y","say ""hi"""\n1,2',
      [
        ['x, y', 'say "hi"'],
        ['1', '2'],
      ],
    ],
    ['"two\nlines",b', [['two\nlines', 'b']]],
    ['"open', [['open']]],
    ['a"b,c', [['a"b', 'c']]],
    ['"a"b,c', [['ab', 'c']]],
    ['\ufeffa,b', [['a', 'b']]],
    ['a\n\nb', [['a'], [''], ['b']]],
  ];
  for (const [text, records] of cases) assert.deepEqual(parseCsv(text, ','), records, JSON.stringify(text));
  assert.deepEqual(parseCsv('a\t"b\tc"', '\t'), [['a', 'b\tc']]);
  assert.equal(separatorOf('x.tsv', 'a,b'), '\t');
  assert.equal(separatorOf('x.csv', 'a;b\n1;2'), ';');
  assert.equal(separatorOf('x.csv', 'a;b,c'), ',');
});

it('tells text from other bytes, also where it was cut', async () => {
  const { decodeText, kindOf } = await load('artifacts/kinds.ts');
  const bytes = new TextEncoder().encode('grün €');
  assert.equal(decodeText(bytes, false), 'grün €');
  assert.equal(decodeText(bytes.subarray(0, bytes.length - 1), true), 'grün ');
  assert.equal(decodeText(bytes.subarray(0, bytes.length - 1), false), null);
  assert.equal(decodeText(new Uint8Array([65, 0, 66]), false), null);
  assert.equal(decodeText(new Uint8Array([255, 254, 65]), true), null);
  assert.equal(kindOf('a/B.PNG'), 'image');
  assert.equal(kindOf('a.b/MLmodel'), 'text');
});

it('quotes what goes into a filter', async () => {
  const { quoteKey, quoteString } = await load('api/filter.ts');
  assert.equal(quoteString('plain'), "'plain'");
  assert.equal(quoteString("it's"), '"it\'s"');
  assert.equal(quoteString(`both ' and "`), `"both ' and _"`);
  assert.equal(quoteKey('loss'), 'loss');
  assert.equal(quoteKey('val/loss'), '`val/loss`');
  assert.equal(quoteKey('1st'), '`1st`');
});

it('writes numbers, times and sizes', async () => {
  const { formatAgo, formatBytes, formatDuration, formatNumber, formatSeconds } = await load('lib/format.ts');
  const numbers = [
    [0, '0'],
    [3, '3'],
    [0.1 + 0.2, '0.3'],
    [1234567, '1234567'],
    [1.5e12, '1.5e12'],
    [0.00001234567, '1.235e-5'],
    [-0.5, '-0.5'],
    ['NaN', 'NaN'],
    ['Infinity', '∞'],
    [-1.7976931348623157e308, '−∞'],
  ];
  for (const [value, text] of numbers) assert.equal(formatNumber(value), text);
  assert.equal(formatDuration(950), '950 ms');
  assert.equal(formatDuration(75_000), '1 min 15 s');
  assert.equal(formatDuration(3_700_000), '1 h 1 min');
  assert.equal(formatDuration(NaN), '–');
  assert.equal(formatSeconds(0.0000123), '12.3 µs');
  assert.equal(formatSeconds(0.02), '20 ms');
  assert.equal(formatSeconds(75), '1 min 15 s');
  assert.equal(formatBytes(1536), '1.5 KB');
  assert.equal(formatBytes(undefined), '');
  assert.equal(formatAgo(1_000_000, 1_000_000 + 3 * 3_600_000), '3 hours ago');
  assert.equal(formatAgo(undefined), '–');
});

it('makes chart series of histories', async () => {
  const { prepare, smoothed } = await load('charts/series.ts');
  const metric = (step, value, timestamp = step * 1000) => ({ key: 'k', step, value, timestamp });
  const line = (id, metrics) => ({ id, label: id, color: 'red', dashed: false, metrics });

  const unsorted = prepare(
    [line('a', [metric(2, 20), metric(0, 0), metric(2, 21, 9000), metric(1, 'NaN')])],
    'step',
    false,
    0,
  );
  assert.deepEqual(
    Array.from(unsorted.data, (row) => Array.from(row)),
    [
      [0, 1, 2],
      [0, null, 21],
    ],
  );

  const joined = prepare([line('a', [metric(0, 1), metric(2, 2)]), line('b', [metric(1, 5)])], 'step', false, 0);
  assert.deepEqual(Array.from(joined.data[0]), [0, 1, 2]);
  assert.equal(joined.data[2][1], 5);

  const relative = prepare([line('a', [metric(0, 1, 5000), metric(1, 2, 7000)])], 'relative', false, 0);
  assert.deepEqual(Array.from(relative.data[0]), [0, 2]);

  const log = prepare([line('a', [metric(0, -1), metric(1, 0), metric(2, 3)])], 'step', true, 0);
  assert.deepEqual(Array.from(log.data[1]), [null, null, 3]);

  assert.equal(prepare([line('a', [])], 'step', false, 0).empty, true);
  assert.deepEqual(smoothed([4, 4, null, 4], 0.5), [4, 4, null, 4]);
  const [, second] = smoothed([0, 3], 0.5);
  assert.equal(second, 2);
});

it('makes and reads addresses', async () => {
  const { href, parseHash, paths } = await load('lib/router.ts');
  const route = parseHash('#/models/a%20b%2Fc/versions/1?x=1&y=%26');
  assert.deepEqual(route.segments, ['models', 'a b/c', 'versions', '1']);
  assert.equal(route.query.get('y'), '&');
  assert.deepEqual(parseHash('#/bad%').segments, ['bad%']);
  assert.deepEqual(parseHash('').segments, []);
  assert.equal(href(['models', 'a b/c'], { x: '', y: null, z: '1' }), '#/models/a%20b%2Fc?z=1');
  assert.equal(paths.runArtifact('1', 'r', 'a/b c.txt'), '#/experiments/1/runs/r/artifacts/a/b%20c.txt');
});

it('puts child runs below their parents, whatever the tags say', async () => {
  const { toRows } = await load('runs/rows.ts');
  const run = (id, parent) => ({
    info: {
      run_id: id,
      run_name: id,
      experiment_id: '0',
      status: 'FINISHED',
      artifact_uri: '',
      lifecycle_stage: 'active',
    },
    data: { tags: parent ? [{ key: 'mlflow.parentRunId', value: parent }] : [] },
  });
  const shape = (rows) => rows.map((row) => [row.run.info.run_id, shape(row.children)]);
  assert.deepEqual(shape(toRows([run('c', 'p'), run('p'), run('g', 'c')], true)), [['p', [['c', [['g', []]]]]]]);
  assert.deepEqual(shape(toRows([run('c', 'p'), run('p')], false)), [
    ['c', []],
    ['p', []],
  ]);
  assert.deepEqual(shape(toRows([run('c', 'gone')], true)), [['c', []]]);
  const all = (rows) => rows.flatMap((row) => [row.run.info.run_id, ...all(row.children)]);
  const circle = toRows([run('a', 'b'), run('b', 'a'), run('s', 's')], true);
  assert.deepEqual(all(circle).sort(), ['a', 'b', 's']);
});

it('has no way to make markup of what users logged', () => {
  const forbidden =
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|srcdoc|\beval\(|new Function\(/;
  const folder = new URL('../src/', import.meta.url);
  const files = readdirSync(folder, { recursive: true }).map((name) => new URL(name, folder));
  const sources = files.filter((file) => statSync(file).isFile() && /\.tsx?$/.test(file.pathname));
  assert.ok(sources.length > 40);
  for (const file of sources) assert.doesNotMatch(readFileSync(file, 'utf8'), forbidden, file.pathname);
});
