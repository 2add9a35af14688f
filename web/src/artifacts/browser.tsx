// SPDX-License-Identifier: Apache-2.0
// The tree of artifacts beside the preview of one; which one stands in the address.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { ArtifactSource } from '../api/artifacts';
import type { FileInfo } from '../api/types';
import { formatBytes } from '../lib/format';
import { useResource } from '../lib/resource';
import { navigate } from '../lib/router';
import { Icon } from '../ui/icons';
import { Empty, Failure, Skeleton } from '../ui/page';
import { Preview } from './preview';

interface BrowserProps {
  source: ArtifactSource;
  /** The chosen file or folder; empty for none. */
  path: string;
  hrefOf: (path: string) => string;
}

function listingKey(source: ArtifactSource, folder: string): string {
  return `artifacts:${source.id}:${folder}`;
}

function useListing(source: ArtifactSource, folder: string, active: boolean) {
  return useResource(active ? listingKey(source, folder) : null, async (signal) => {
    const files = await source.list(folder, signal);
    return files.sort((a, b) => Number(b.is_dir) - Number(a.is_dir) || (a.path < b.path ? -1 : 1));
  });
}

interface NodeProps extends BrowserProps {
  file: FileInfo;
  depth: number;
}

function TreeNode({ source, path, hrefOf, file, depth }: NodeProps) {
  const inside = path.startsWith(`${file.path}/`);
  const [open, setOpen] = useState(inside);
  useEffect(() => {
    if (inside) setOpen(true);
  }, [inside]);
  const chosen = path === file.path;
  const listing = useListing(source, file.path, file.is_dir && open);
  const label = file.path.split('/').pop();
  const choose = () => {
    if (file.is_dir) setOpen(!open);
    else navigate(hrefOf(file.path));
  };
  return (
    <li role="none">
      <div
        role="treeitem"
        class="tree-item"
        tabIndex={-1}
        aria-level={depth}
        aria-expanded={file.is_dir ? open : undefined}
        aria-selected={chosen}
        style={{ '--depth': depth - 1 }}
        data-path={file.path}
        onClick={choose}
      >
        {file.is_dir ? <Icon name={open ? 'down' : 'right'} size={12} /> : <span class="expander" />}
        <Icon name={file.is_dir ? 'folder' : 'file'} />
        <span class="tree-label" title={file.path}>
          {label}
        </span>
        {!file.is_dir && <span class="faint">{formatBytes(file.file_size)}</span>}
      </div>
      {file.is_dir && open && (
        <ul role="group">
          {listing.error && <li class="form-error">{listing.error.message}</li>}
          {listing.data?.map((child) => (
            <TreeNode key={child.path} {...{ source, path, hrefOf }} file={child} depth={depth + 1} />
          ))}
          {listing.data?.length === 0 && <li class="faint tree-empty">Empty folder</li>}
        </ul>
      )}
    </li>
  );
}

/** Arrow keys as in any tree: up and down move, right opens, left closes or goes to the parent. */
function onTreeKey(event: KeyboardEvent, tree: HTMLElement): void {
  const items = [...tree.querySelectorAll<HTMLElement>('[role=treeitem]')];
  const current = event.target as HTMLElement;
  const at = items.indexOf(current);
  if (at < 0) return;
  const expanded = current.getAttribute('aria-expanded');
  const parent = () =>
    items
      .slice(0, at)
      .reverse()
      .find((i) => Number(i.ariaLevel) < Number(current.ariaLevel));
  const actions: Record<string, () => void> = {
    ArrowDown: () => items[at + 1]?.focus(),
    ArrowUp: () => items[at - 1]?.focus(),
    Home: () => items[0]?.focus(),
    End: () => items[items.length - 1]?.focus(),
    ArrowRight: () =>
      expanded === 'false' ? current.click() : expanded === 'true' ? items[at + 1]?.focus() : undefined,
    ArrowLeft: () => (expanded === 'true' ? current.click() : parent()?.focus()),
    Enter: () => current.click(),
    ' ': () => current.click(),
  };
  const action = actions[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

/** One item of the tree can be reached by Tab: the chosen one, else the first. */
function useRoving(tree: preact.RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const items = [...(tree.current?.querySelectorAll<HTMLElement>('[role=treeitem]') ?? [])];
    if (items.some((item) => item === document.activeElement)) return;
    for (const item of items) item.tabIndex = -1;
    const stop = items.find((item) => item.ariaSelected === 'true') ?? items[0];
    if (stop) stop.tabIndex = 0;
  });
}

function ChosenFile({ source, path }: { source: ArtifactSource; path: string }) {
  const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
  const { data, error } = useListing(source, folder, true);
  if (error) return <Failure error={error} />;
  if (!data) return <Skeleton />;
  const file = data.find((f) => f.path === path);
  if (!file) return <Empty icon="search" title={`There is no artifact ${path}`} />;
  if (file.is_dir) return <Empty icon="folder" title="Choose a file to see it" />;
  return <Preview source={source} file={file} />;
}

export function ArtifactBrowser({ source, path, hrefOf }: BrowserProps) {
  const root = useListing(source, '', true);
  const tree = useRef<HTMLUListElement>(null);
  useRoving(tree);
  if (root.error) return <Failure error={root.error} retry={root.reload} />;
  if (!root.data) return <Skeleton />;
  if (root.data.length === 0) {
    return (
      <Empty icon="folder" title="No artifacts">
        <p>
          Files logged with <code>mlflow.log_artifact</code> appear here.
        </p>
      </Empty>
    );
  }
  return (
    <div class="artifacts">
      <ul
        class="tree"
        role="tree"
        aria-label="Artifacts"
        ref={tree}
        onKeyDown={(event) => onTreeKey(event, tree.current!)}
      >
        {root.data.map((file) => (
          <TreeNode key={file.path} {...{ source, path, hrefOf }} file={file} depth={1} />
        ))}
      </ul>
      {path ? (
        <ChosenFile key={path} source={source} path={path} />
      ) : (
        <Empty icon="file" title="Choose a file to see it" />
      )}
    </div>
  );
}
