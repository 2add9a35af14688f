// SPDX-License-Identifier: Apache-2.0
// The frame of a page: title, crumbs, tabs; and what stands where nothing or an error is.

import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { ApiError } from '../api/http';
import { Button } from './controls';
import { Icon, type IconName } from './icons';

export interface Crumb {
  label: string;
  href: string;
}

interface PageHeadProps {
  crumbs?: Crumb[];
  title: string;
  /** Stands in place of the plain title. */
  heading?: ComponentChildren;
  badge?: ComponentChildren;
  actions?: ComponentChildren;
  children?: ComponentChildren;
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title ? `${title} · Millrace` : 'Millrace';
  }, [title]);
}

export function PageHead({ crumbs = [], title, heading, badge, actions, children }: PageHeadProps) {
  useTitle(title);
  return (
    <header class="page-head">
      {crumbs.length > 0 && (
        <nav class="crumbs" aria-label="Breadcrumb">
          <ol>
            {crumbs.map((crumb) => (
              <li key={crumb.href}>
                <a href={crumb.href}>{crumb.label}</a>
                <Icon name="right" size={12} />
              </li>
            ))}
          </ol>
        </nav>
      )}
      <div class="page-title">
        {heading ?? <h1>{title || '…'}</h1>}
        {badge}
        <div class="page-actions">{actions}</div>
      </div>
      {children}
    </header>
  );
}

export interface Tab {
  label: string;
  href: string;
  current: boolean;
  count?: number;
}

export function Tabs({ label, tabs }: { label: string; tabs: Tab[] }) {
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map((tab) => (
        <a key={tab.label} href={tab.href} aria-current={tab.current ? 'page' : undefined}>
          {tab.label}
          {tab.count !== undefined && <span class="count">{tab.count}</span>}
        </a>
      ))}
    </nav>
  );
}

interface EmptyProps {
  icon: IconName;
  title: string;
  children?: ComponentChildren;
}

export function Empty({ icon, title, children }: EmptyProps) {
  return (
    <div class="empty">
      <Icon name={icon} size={28} />
      <h2>{title}</h2>
      {children}
    </div>
  );
}

function titleOf(error: Error): string {
  if (!(error instanceof ApiError)) return 'This page could not be shown';
  if (error.status === 0) return 'The server cannot be reached';
  if (error.status === 404) return 'Not found';
  if (error.status === 401 || error.status === 403) return 'Not allowed';
  return 'The server refused the request';
}

export function Failure({ error, retry }: { error: Error; retry?: () => void }) {
  return (
    <div class="empty" role="alert">
      <Icon name="alert" size={28} />
      <h2>{titleOf(error)}</h2>
      <p class="break">{error.message}</p>
      {retry && (
        <Button icon="refresh" onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  );
}

/** Grey bars while something loads, so that the page does not jump. */
export function Skeleton({ rows = 6 }: { rows?: number }) {
  return (
    <div class="skeleton" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        <span key={index} />
      ))}
    </div>
  );
}

interface CardProps {
  title: string;
  count?: number;
  actions?: ComponentChildren;
  children: ComponentChildren;
}

export function Card({ title, count, actions, children }: CardProps) {
  return (
    <section class="card" aria-label={title}>
      <header class="card-head">
        <h2>
          {title}
          {count !== undefined && <span class="count">{count}</span>}
        </h2>
        {actions}
      </header>
      {children}
    </section>
  );
}

export function Facts({ items }: { items: [string, ComponentChildren][] }) {
  return (
    <dl class="facts">
      {items.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
