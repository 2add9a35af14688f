// SPDX-License-Identifier: Apache-2.0
// What is in a file. Nothing of it ever becomes markup of this page: text is text, pictures are pictures,
// and HTML is shown in a frame that may run no script and reach nothing.

import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ArtifactSource } from '../api/artifacts';
import { readBlob, readStart } from '../api/http';
import type { FileInfo } from '../api/types';
import { formatBytes, px } from '../lib/format';
import { useResource } from '../lib/resource';
import { useVirtual } from '../lib/virtual';
import { CopyButton, Segments } from '../ui/controls';
import { Icon } from '../ui/icons';
import { Markdown } from '../ui/markdown';
import { Empty, Failure, Skeleton } from '../ui/page';
import { parseCsv, separatorOf } from './csv';
import { decodeText, imageType, type Kind, kindOf } from './kinds';

const textLimit = 1 << 20;
const imageLimit = 32 << 20;

/** The address of bytes that this page holds, for as long as they are shown. */
function useObjectUrl(blob: Blob | undefined): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!blob) return;
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return url;
}

function ImagePreview({ source, path }: { source: ArtifactSource; path: string }) {
  const { data, error } = useResource(`image:${source.id}:${path}`, (signal) => readBlob(source.url(path), signal));
  const typed = useMemo(() => data && new Blob([data], { type: imageType(path) }), [data, path]);
  const url = useObjectUrl(typed);
  if (error) return <Failure error={error} />;
  if (!url) return <Skeleton />;
  return (
    <div class="image-preview">
      <img src={url} alt={path} />
    </div>
  );
}

const lineHeight = 20;

const jsonToken = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** A line of indented JSON with its keys, strings and other values told apart. */
function jsonLine(line: string): ComponentChildren {
  const parts: ComponentChildren[] = [];
  let at = 0;
  for (const match of line.matchAll(jsonToken)) {
    const [token, text, colon] = match;
    parts.push(line.slice(at, match.index));
    const kind = colon ? 'json-key' : text ? 'json-string' : 'json-value';
    parts.push(<span class={kind}>{text ?? token}</span>, colon);
    at = match.index + token.length;
  }
  return [...parts, line.slice(at)];
}

interface TextPreviewProps {
  text: string;
  label: string;
  paint?: (line: string) => ComponentChildren;
}

function TextPreview({ text, label, paint }: TextPreviewProps) {
  const box = useRef<HTMLDivElement>(null);
  const lines = useMemo(() => text.replace(/\r?\n$/, '').split(/\r?\n/), [text]);
  const digits = String(lines.length).length;
  const virtual = useVirtual({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => lineHeight,
    overscan: 20,
  });
  const longest = useMemo(() => lines.reduce((n, line) => Math.max(n, line.length), 0), [lines]);
  return (
    <div class="code" ref={box} tabIndex={0} role="region" aria-label={label}>
      <div
        class="code-lines"
        style={{ height: px(virtual.getTotalSize()), width: `calc(${Math.min(longest, 20_000) + digits}ch + 40px)` }}
      >
        {virtual.getVirtualItems().map((item) => (
          <div
            class="code-line"
            key={item.key}
            style={{ transform: `translateY(${item.start}px)`, height: px(lineHeight) }}
          >
            <span class="line-number" aria-hidden="true" style={{ width: `${digits}ch` }}>
              {item.index + 1}
            </span>
            <span>{paint ? paint(lines[item.index]!) : lines[item.index]}</span>
          </div>
        ))}
      </div>
    </div>
  );
}

function TablePreview({ text, path }: { text: string; path: string }) {
  const box = useRef<HTMLDivElement>(null);
  const records = useMemo(() => parseCsv(text, separatorOf(path, text)), [text, path]);
  const [head = [], ...rows] = records;
  const numeric = head.map((_, column) =>
    rows
      .slice(0, 50)
      .every((row) => row[column] === undefined || row[column]!.trim() === '' || !Number.isNaN(Number(row[column]))),
  );
  const virtual = useVirtual({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => 30,
    overscan: 20,
  });
  const items = virtual.getVirtualItems();
  const above = items[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (items[items.length - 1]?.end ?? 0);
  return (
    <div class="data-table" ref={box} tabIndex={0} role="region" aria-label={`Table of ${path}`}>
      <table aria-rowcount={rows.length + 1}>
        <thead>
          <tr>
            {head.map((name, index) => (
              <th key={index} scope="col" class={numeric[index] ? 'number' : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {above > 0 && <tr style={{ height: px(above) }} />}
          {items.map((item) => (
            <tr key={item.key} aria-rowindex={item.index + 2}>
              {head.map((_, column) => (
                <td key={column} class={numeric[column] ? 'number' : undefined}>
                  {rows[item.index]![column] ?? ''}
                </td>
              ))}
            </tr>
          ))}
          {below > 0 && <tr style={{ height: px(below) }} />}
        </tbody>
      </table>
    </div>
  );
}

/** `sandbox` without a value: no scripts, no forms, no origin, no way out. */
function HtmlPreview({ text, path }: { text: string; path: string }) {
  const blob = useMemo(() => new Blob([text], { type: 'text/html;charset=utf-8' }), [text]);
  const url = useObjectUrl(blob);
  return (
    <>
      <p class="hint">Scripts do not run in this preview. Download the file to open it outside.</p>
      {url && <iframe class="html-preview" title={`Preview of ${path}`} sandbox="" src={url} />}
    </>
  );
}

function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text; // cut, or not JSON after all: as it stands
  }
}

function Rendered({ kind, text, path }: { kind: Kind; text: string; path: string }) {
  if (kind === 'table') return <TablePreview text={text} path={path} />;
  if (kind === 'html') return <HtmlPreview text={text} path={path} />;
  if (kind === 'json') return <TextPreview text={prettyJson(text)} label={`Contents of ${path}`} paint={jsonLine} />;
  return (
    <div class="markdown-preview">
      <Markdown text={text} />
    </div>
  );
}

function DocumentPreview({ source, path }: { source: ArtifactSource; path: string }) {
  const [raw, setRaw] = useState(false);
  const { data, error } = useResource(`text:${source.id}:${path}`, (signal) =>
    readStart(source.url(path), textLimit, signal),
  );
  const text = useMemo(() => data && decodeText(data.bytes, data.cut), [data]);
  if (error) return <Failure error={error} />;
  if (!data) return <Skeleton />;
  if (text === null || text === undefined) {
    return (
      <Empty icon="file" title="No preview for this kind of file">
        <p>Download it to open it.</p>
      </Empty>
    );
  }
  const kind = kindOf(path);
  const rendered = kind !== 'text' && !raw;
  return (
    <>
      <div class="row preview-tools">
        {kind !== 'text' && (
          <Segments
            label="How to show the file"
            value={raw ? 'source' : 'preview'}
            options={[
              { value: 'preview', label: 'Preview' },
              { value: 'source', label: 'Source' },
            ]}
            onChange={(value) => setRaw(value === 'source')}
          />
        )}
        <CopyButton text={text} what="Contents" />
        {data.cut && <span class="hint">The first {formatBytes(textLimit)} of the file.</span>}
      </div>
      {text === '' && <p class="faint">The file is empty.</p>}
      {text !== '' && rendered && <Rendered kind={kind} text={text} path={path} />}
      {text !== '' && !rendered && <TextPreview text={text} label={`Contents of ${path}`} />}
    </>
  );
}

export function Preview({ source, file }: { source: ArtifactSource; file: FileInfo }) {
  const tooLarge = kindOf(file.path) === 'image' && (file.file_size ?? 0) > imageLimit;
  return (
    <div class="preview-pane">
      <header class="preview-head">
        <h2 title={file.path}>{file.path.split('/').pop()}</h2>
        <span class="faint">{formatBytes(file.file_size)}</span>
        <CopyButton text={file.path} what="Path" />
        <a class="button" href={source.url(file.path)} download={file.path.split('/').pop()}>
          <Icon name="download" /> Download
        </a>
      </header>
      {tooLarge ? (
        <Empty icon="file" title="Too large to preview" />
      ) : kindOf(file.path) === 'image' ? (
        <ImagePreview key={file.path} source={source} path={file.path} />
      ) : (
        <DocumentPreview key={file.path} source={source} path={file.path} />
      )}
    </div>
  );
}
