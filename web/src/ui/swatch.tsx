// SPDX-License-Identifier: Apache-2.0

/** The colour of a run beside its name. */
export function Swatch({ color, dashed = false }: { color: string; dashed?: boolean }) {
  return <span class={dashed ? 'swatch dashed' : 'swatch'} style={{ '--swatch': color }} />;
}
