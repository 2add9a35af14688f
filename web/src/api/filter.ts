// SPDX-License-Identifier: Apache-2.0
// Pieces of MLflow's filter language.

/** A string literal. The language has no escapes: a text with both kinds of quotes cannot be written. */
export function quoteString(text: string): string {
  if (!text.includes("'")) return `'${text}'`;
  return `"${text.replaceAll('"', '_')}"`; // in LIKE, _ matches the quote that cannot be written
}

/** A key after `metrics.`, `params.` or `tags.`; the server's own rules for keys forbid back quotes. */
export function quoteKey(key: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? key : `\`${key}\``;
}
