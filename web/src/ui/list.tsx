// SPDX-License-Identifier: Apache-2.0
// A plain table of things with sortable headings and a foot that loads more.

import type { ComponentChildren } from 'preact';
import { plural } from '../lib/format';
import type { Pages } from '../lib/resource';
import { setQuery } from '../lib/router';
import { Button } from './controls';
import { Icon } from './icons';

export interface Heading {
  label: string;
  /** What the server sorts by; a heading without it does not sort. */
  sort?: string;
  wide?: boolean;
  hideNarrow?: boolean;
  hidden?: boolean;
}

export interface Order {
  by: string;
  descending: boolean;
}

/** `name ASC` in the address; anything else is the default. */
export function orderFrom(text: string | null, headings: Heading[], fallback: Order): Order {
  const [by, direction] = (text ?? '').split(' ');
  const known = headings.some((heading) => heading.sort === by);
  return known ? { by: by!, descending: direction === 'DESC' } : fallback;
}

function SortHeading({ heading, order }: { heading: Heading; order: Order }) {
  const current = heading.sort === order.by;
  const flip = () => setQuery({ order: `${heading.sort} ${current && !order.descending ? 'DESC' : 'ASC'}` });
  return (
    <button type="button" class="sort" onClick={flip}>
      {heading.label}
      <Icon name={current ? (order.descending ? 'down' : 'up') : 'sort'} size={12} />
    </button>
  );
}

interface ListTableProps {
  label: string;
  headings: Heading[];
  order?: Order;
  children: ComponentChildren;
}

export function ListTable({ label, headings, order, children }: ListTableProps) {
  const sortState = (heading: Heading) =>
    order && heading.sort === order.by ? (order.descending ? 'descending' : 'ascending') : undefined;
  return (
    <div class="scroll-x">
      <table class="list" aria-label={label}>
        <thead>
          <tr>
            {headings.map((heading) => (
              <th
                key={heading.label}
                scope="col"
                class={heading.wide ? 'wide' : heading.hideNarrow ? 'hide-narrow' : undefined}
                aria-sort={sortState(heading)}
              >
                {heading.sort && order ? (
                  <SortHeading heading={heading} order={order} />
                ) : (
                  <span class={heading.hidden ? 'visually-hidden' : undefined}>{heading.label}</span>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

export function ListFoot<T>({ pages, one, many }: { pages: Pages<T>; one: string; many?: string }) {
  return (
    <footer class="list-foot">
      <span role="status">
        {pages.loading
          ? 'Loading…'
          : `${plural(pages.items.length, one, many)}${pages.more ? ', and there are more' : ''}`}
      </span>
      {pages.more && (
        <Button onClick={pages.loadMore} disabled={pages.loading}>
          Load more
        </Button>
      )}
    </footer>
  );
}
