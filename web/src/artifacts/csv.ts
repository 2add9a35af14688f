// SPDX-License-Identifier: Apache-2.0

/** The records of a CSV or TSV text (RFC 4180; a lone quote inside a field is taken as it stands). */
export function parseCsv(text: string, separator: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (at < text.length) {
    const [field, end] = text[at] === '"' ? quotedField(text, at, separator) : plainField(text, at, separator);
    record.push(field);
    at = end;
    if (text[at] === separator) {
      at += 1;
      if (at === text.length) record.push('');
      continue;
    }
    if (text[at] === '\r') at += 1;
    if (text[at] === '\n') at += 1;
    records.push(record);
    record = [];
  }
  if (record.length > 0) records.push(record);
  return records;
}

function plainField(text: string, start: number, separator: string): [string, number] {
  let end = start;
  while (end < text.length && text[end] !== separator && text[end] !== '\n' && text[end] !== '\r') end += 1;
  return [text.slice(start, end), end];
}

function quotedField(text: string, start: number, separator: string): [string, number] {
  let end = start + 1;
  let field = '';
  for (;;) {
    const quote = text.indexOf('"', end);
    if (quote < 0) return [field + text.slice(end), text.length];
    field += text.slice(end, quote);
    if (text[quote + 1] !== '"') {
      end = quote + 1;
      break;
    }
    field += '"';
    end = quote + 2;
  }
  // What follows a closing quote belongs to the field until the next separator.
  while (end < text.length && text[end] !== separator && text[end] !== '\n' && text[end] !== '\r') field += text[end++];
  return [field, end];
}

export function separatorOf(path: string, text: string): string {
  if (/\.tsv$/i.test(path)) return '\t';
  const line = text.slice(0, text.indexOf('\n') >>> 0);
  return !line.includes(',') && line.includes(';') ? ';' : ',';
}
