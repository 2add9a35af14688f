// SPDX-License-Identifier: Apache-2.0

import type { Run } from '../api/types';
import { formatDuration } from '../lib/format';

const names: Record<string, string> = {
  RUNNING: 'Running',
  SCHEDULED: 'Scheduled',
  FINISHED: 'Finished',
  FAILED: 'Failed',
  KILLED: 'Killed',
  READY: 'Ready',
  LOGGED_MODEL_READY: 'Ready',
  LOGGED_MODEL_PENDING: 'Pending',
  LOGGED_MODEL_UPLOAD_FAILED: 'Upload failed',
  PENDING_REGISTRATION: 'Pending',
  FAILED_REGISTRATION: 'Registration failed',
};

export function statusName(status: string): string {
  return names[status] ?? status;
}

/** The state as a dot; its name is read out and shown on hover. */
export function StatusDot({ status }: { status: string }) {
  return (
    <span
      class="status-dot"
      data-status={status}
      role="img"
      aria-label={statusName(status)}
      title={statusName(status)}
    />
  );
}

export function StatusBadge({ status }: { status: string }) {
  return (
    <span class="status-badge" data-status={status}>
      <span class="status-dot" data-status={status} aria-hidden="true" />
      {statusName(status)}
    </span>
  );
}

export function runName(run: Run): string {
  return run.info.run_name || run.info.run_id;
}

export function runDuration(run: Run): string {
  const { start_time: start, end_time: end, status } = run.info;
  if (!start) return '–';
  if (end) return formatDuration(end - start);
  return status === 'RUNNING' ? formatDuration(Date.now() - start) : '–';
}

export function tagOf(tags: { key: string; value: string }[] | undefined, key: string): string {
  return tags?.find((tag) => tag.key === key)?.value ?? '';
}
