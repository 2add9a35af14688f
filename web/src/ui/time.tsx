// SPDX-License-Identifier: Apache-2.0

import { formatAgo, formatDate } from '../lib/format';

export function Ago({ ms }: { ms: number | undefined }) {
  if (!ms) return <span class="faint">–</span>;
  return (
    <time dateTime={new Date(ms).toISOString()} title={formatDate(ms)}>
      {formatAgo(ms)}
    </time>
  );
}
