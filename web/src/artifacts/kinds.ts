// SPDX-License-Identifier: Apache-2.0
// What a file is shown as, by its name.

export type Kind = 'image' | 'json' | 'table' | 'markdown' | 'html' | 'text';

const images: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  bmp: 'image/bmp',
  ico: 'image/x-icon',
  svg: 'image/svg+xml',
};

const kinds: Record<string, Kind> = {
  json: 'json',
  ipynb: 'json',
  geojson: 'json',
  csv: 'table',
  tsv: 'table',
  md: 'markdown',
  markdown: 'markdown',
  html: 'html',
  htm: 'html',
};

export function extensionOf(path: string): string {
  return /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
}

export function imageType(path: string): string | undefined {
  return images[extensionOf(path)];
}

/** Whatever is not known by name is looked at as text, and its bytes tell whether it is. */
export function kindOf(path: string): Kind {
  return imageType(path) ? 'image' : (kinds[extensionOf(path)] ?? 'text');
}

/** Text is valid UTF-8 without a NUL; the last character of a cut file may be incomplete. */
export function decodeText(bytes: Uint8Array, cut: boolean): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: cut });
  } catch {
    return null;
  }
}
