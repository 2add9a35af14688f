// SPDX-License-Identifier: Apache-2.0
// The models that the runs of an experiment logged.

import { searchLoggedModels } from '../api/models';
import type { LoggedModel } from '../api/types';
import { formatNumber } from '../lib/format';
import { useShortcut } from '../lib/keys';
import { usePages } from '../lib/resource';
import { paths } from '../lib/router';
import { type Heading, ListFoot, ListTable } from '../ui/list';
import { Empty, Failure, Skeleton } from '../ui/page';
import { StatusBadge } from '../ui/status';
import { Ago } from '../ui/time';
import { ExperimentHead } from './experiment-head';
import { RunLink } from './run-link';

const headings: Heading[] = [
  { label: 'Name', wide: true },
  { label: 'Status' },
  { label: 'Type', hideNarrow: true },
  { label: 'Source run', hideNarrow: true },
  { label: 'Metrics', hideNarrow: true },
  { label: 'Created' },
];

function Row({ model }: { model: LoggedModel }) {
  const { info, data } = model;
  return (
    <tr>
      <th scope="row" class="wide">
        <a class="strong" href={paths.loggedModel(info.experiment_id, info.model_id)}>
          {info.name}
        </a>
      </th>
      <td>
        <StatusBadge status={info.status} />
      </td>
      <td class="hide-narrow">{info.model_type || <span class="faint">–</span>}</td>
      <td class="hide-narrow">
        {info.source_run_id ? <RunLink id={info.source_run_id} /> : <span class="faint">–</span>}
      </td>
      <td class="hide-narrow">
        <div class="chips">
          {data?.metrics?.slice(0, 3).map((m) => (
            <span class="chip" key={`${m.key}${m.dataset_name ?? ''}`}>
              <span class="chip-key">{m.key}</span>
              <span class="chip-value">{formatNumber(m.value)}</span>
            </span>
          ))}
        </div>
      </td>
      <td>
        <Ago ms={info.creation_timestamp_ms} />
      </td>
    </tr>
  );
}

export function LoggedModelsPage({ experiment }: { experiment: string }) {
  const pages = usePages(`logged-models:${experiment}`, (token, signal) =>
    searchLoggedModels(experiment, token, signal),
  );
  useShortcut('r', 'Models', 'Load again', pages.reload);
  return (
    <div class="page">
      <ExperimentHead id={experiment} current="models" />
      <div class="panel">
        {pages.error && <Failure error={pages.error} retry={pages.reload} />}
        {!pages.ready && !pages.error && pages.items.length === 0 && <Skeleton />}
        {pages.ready && pages.items.length === 0 && (
          <Empty icon="box" title="No logged models">
            <p>
              Models logged with <code>log_model</code> or by autologging appear here.
            </p>
          </Empty>
        )}
        {pages.items.length > 0 && (
          <>
            <ListTable label="Logged models" headings={headings}>
              {pages.items.map((model) => (
                <Row key={model.info.model_id} model={model} />
              ))}
            </ListTable>
            <ListFoot pages={pages} one="model" />
          </>
        )}
      </div>
    </div>
  );
}
