// SPDX-License-Identifier: Apache-2.0
// What can be done with the selected runs.

import { useState } from 'preact/hooks';
import { restoreRun } from '../api/runs';
import type { Run, ViewType } from '../api/types';
import { plural } from '../lib/format';
import { useShortcut } from '../lib/keys';
import { forget, type Pages } from '../lib/resource';
import { navigate, paths, setQuery } from '../lib/router';
import { DeleteRuns, each } from './delete-runs';
import { Button } from '../ui/controls';
import { attempt } from '../ui/toast';

interface SelectionBarProps {
  ids: string[];
  experiment: string;
  view: ViewType;
  pages: Pages<Run>;
}

export function SelectionBar({ ids, experiment, view, pages }: SelectionBarProps) {
  const [asking, setAsking] = useState(false);
  const clear = () => setQuery({ selected: null });
  const compare = () => navigate(paths.compare(ids, [experiment]));
  useShortcut('c', 'Runs', 'Compare the selected runs', () => ids.length > 1 && compare());
  if (ids.length === 0) return null;
  const restoreAll = async () => {
    if (await attempt(() => each(ids, restoreRun), `${plural(ids.length, 'run')} restored`)) clear();
    forget('runs:');
    pages.reload();
  };
  return (
    <div class="selection-bar" role="region" aria-label="Selected runs">
      <b>{plural(ids.length, 'run')} selected</b>
      <Button kind="primary" icon="chart" disabled={ids.length < 2} onClick={compare}>
        Compare
      </Button>
      {view === 'DELETED_ONLY' ? (
        <Button icon="restore" onClick={() => void restoreAll()}>
          Restore
        </Button>
      ) : (
        <Button icon="trash" onClick={() => setAsking(true)}>
          Delete
        </Button>
      )}
      <Button kind="quiet" onClick={clear}>
        Clear
      </Button>
      {asking && (
        <DeleteRuns ids={ids} done={() => (clear(), forget('runs:'), pages.reload())} close={() => setAsking(false)} />
      )}
    </div>
  );
}
