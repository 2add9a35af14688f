// SPDX-License-Identifier: Apache-2.0

import { getRun } from '../api/runs';
import { useResource } from '../lib/resource';
import { paths } from '../lib/router';
import { runName } from '../ui/status';

/** A run by its name; the address needs its experiment, so the run is looked up. */
export function RunLink({ id }: { id: string }) {
  const { data } = useResource(`run:${id}`, (signal) => getRun(id, signal));
  if (!data) return <code>{id}</code>;
  return <a href={paths.run(data.info.experiment_id, id)}>{runName(data)}</a>;
}
