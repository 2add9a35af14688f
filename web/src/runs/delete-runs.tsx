// SPDX-License-Identifier: Apache-2.0

import { deleteRun, restoreRun } from '../api/runs';
import { plural } from '../lib/format';
import { FormDialog } from '../ui/dialog';
import { notify, notifyError } from '../ui/toast';

/** One after another: many at once would only queue in the server, and the first failure stops it. */
export async function each(ids: string[], change: (id: string) => Promise<unknown>): Promise<void> {
  for (const id of ids) await change(id);
}

interface DeleteRunsProps {
  ids: string[];
  done: () => void;
  close: () => void;
}

export function DeleteRuns({ ids, done, close }: DeleteRunsProps) {
  const undo = async () => {
    await each(ids, restoreRun).catch(notifyError);
    done();
  };
  const remove = async () => {
    await each(ids, deleteRun).finally(done);
    notify(`${plural(ids.length, 'run')} deleted`, { action: { label: 'Undo', run: () => void undo() } });
  };
  return (
    <FormDialog
      title={`Delete ${plural(ids.length, 'run')}`}
      intro="Deleted runs can be restored until the server's garbage collection removes them."
      submit="Delete"
      danger
      onSubmit={remove}
      onClose={close}
    />
  );
}
