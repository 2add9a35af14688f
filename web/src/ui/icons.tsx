// SPDX-License-Identifier: Apache-2.0
// Icons drawn on a 16-unit grid with one stroke width; decorative, so hidden from screen readers.

import type { JSX } from 'preact';

const shapes = {
  search: (
    <>
      <circle cx="7" cy="7" r="4.25" />
      <path d="m10.2 10.2 3.3 3.3" />
    </>
  ),
  plus: <path d="M8 3.25v9.5M3.25 8h9.5" />,
  close: <path d="m4 4 8 8M12 4l-8 8" />,
  check: <path d="m3 8.5 3.2 3.2L13 4.8" />,
  more: (
    <>
      <circle cx="3.5" cy="8" r=".9" />
      <circle cx="8" cy="8" r=".9" />
      <circle cx="12.5" cy="8" r=".9" />
    </>
  ),
  right: <path d="m6 3.5 4.5 4.5L6 12.5" />,
  down: <path d="m3.5 6 4.5 4.5L12.5 6" />,
  up: <path d="m3.5 10 4.5-4.5 4.5 4.5" />,
  sort: <path d="m5 6.2 3-3 3 3M5 9.8l3 3 3-3" />,
  columns: (
    <>
      <rect x="2.25" y="2.75" width="11.5" height="10.5" rx="1.5" />
      <path d="M6.1 2.75v10.5M9.9 2.75v10.5" />
    </>
  ),
  refresh: (
    <>
      <path d="M13.2 8a5.2 5.2 0 1 1-1.5-3.7" />
      <path d="M13.4 2.3v2.6h-2.6" />
    </>
  ),
  trash: <path d="M2.75 4.25h10.5M6.25 4V2.5h3.5V4M4 4.25l.6 9.25h6.8l.6-9.25M6.6 7v4M9.4 7v4" />,
  restore: (
    <>
      <path d="M2.8 8a5.2 5.2 0 1 0 1.5-3.7" />
      <path d="M2.6 2.3v2.6h2.6" />
    </>
  ),
  edit: <path d="m9.75 3.6 2.65 2.65M3 13l.7-3.3 7-7a1.1 1.1 0 0 1 1.55 0l1.05 1.05a1.1 1.1 0 0 1 0 1.55l-7 7L3 13Z" />,
  copy: (
    <>
      <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
      <path d="M10.5 5.2V4A1.5 1.5 0 0 0 9 2.5H4A1.5 1.5 0 0 0 2.5 4v5A1.5 1.5 0 0 0 4 10.5h1.2" />
    </>
  ),
  download: <path d="M8 2.5v7.2m-3-2.9 3 3 3-3M2.75 12.75h10.5" />,
  folder: <path d="M2 12V4.2c0-.6.4-1 1-1h3.2l1.5 1.7H13c.6 0 1 .4 1 1V12c0 .6-.4 1-1 1H3c-.6 0-1-.4-1-1Z" />,
  file: <path d="M9.2 2.25H4.5a1 1 0 0 0-1 1v9.5a1 1 0 0 0 1 1h7a1 1 0 0 0 1-1v-7.2L9.2 2.25Zm0 0v3.3h3.3" />,
  chart: <path d="M2.5 2.5v11h11M5 10.2l2.6-3.4 2.2 1.9 3.4-4.7" />,
  flask: <path d="M6.2 2.25h3.6M7 2.25v4L3.2 12.4c-.4.7.1 1.5.9 1.5h7.8c.8 0 1.3-.8.9-1.5L9 6.25v-4M5 10.25h6" />,
  box: <path d="m8 2 5.5 3v6L8 14l-5.5-3V5L8 2Zm0 6 5.4-2.95M8 8v5.9M8 8 2.6 5.05" />,
  sun: (
    <>
      <circle cx="8" cy="8" r="2.9" />
      <path d="M8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M3.4 12.6l.9-.9M11.7 4.3l.9-.9" />
    </>
  ),
  moon: <path d="M13.3 9.7A5.7 5.7 0 0 1 6.3 2.7a5.7 5.7 0 1 0 7 7Z" />,
  system: (
    <>
      <rect x="2" y="3" width="12" height="8" rx="1.2" />
      <path d="M5.5 13.5h5M8 11v2.5" />
    </>
  ),
  help: (
    <>
      <circle cx="8" cy="8" r="5.9" />
      <path d="M6.3 6.3c.1-1 .8-1.6 1.8-1.6s1.8.6 1.8 1.5c0 1.4-1.8 1.4-1.8 2.7" />
      <path d="M8.05 11.2v.05" />
    </>
  ),
  expand: <path d="M9.5 2.75h3.75V6.5M13 3 9.2 6.8M6.5 13.25H2.75V9.5M3 13l3.8-3.8" />,
  filter: <path d="M2.25 3.5h11.5M4.5 8h7M6.6 12.5h2.8" />,
  tree: <path d="M3.5 2.5v9.25h3.25M3.5 6h3.25M9 4.25h4.5v3.5H9zM9 10h4.5v3.5H9z" />,
  tag: (
    <>
      <path d="M2.5 7.6V3c0-.3.2-.5.5-.5h4.6l6 6a.8.8 0 0 1 0 1.1l-4 4a.8.8 0 0 1-1.1 0l-6-6Z" />
      <circle cx="5.4" cy="5.4" r=".6" />
    </>
  ),
  branch: (
    <>
      <circle cx="4.5" cy="3.75" r="1.5" />
      <circle cx="4.5" cy="12.25" r="1.5" />
      <circle cx="11.5" cy="5.25" r="1.5" />
      <path d="M4.5 5.25v5.5M11.5 6.75c0 2.2-3.5 1.8-5.7 4.2" />
    </>
  ),
  plug: <path d="M5.5 2v3.2M10.5 2v3.2M3.75 5.25h8.5V8a4.25 4.25 0 0 1-8.5 0V5.25ZM8 12.25V14.5" />,
  alert: <path d="M8 2.2 14.3 13H1.7L8 2.2ZM8 6.5v3.2M8 11.4v.05" />,
  database: (
    <>
      <ellipse cx="8" cy="3.9" rx="5" ry="1.9" />
      <path d="M3 3.9v8.2c0 1.05 2.2 1.9 5 1.9s5-.85 5-1.9V3.9M3 8c0 1.05 2.2 1.9 5 1.9S13 9.05 13 8" />
    </>
  ),
} satisfies Record<string, JSX.Element>;

export type IconName = keyof typeof shapes;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {shapes[name]}
    </svg>
  );
}

export function Logo() {
  return (
    <svg class="logo" width="26" height="26" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" class="logo-ground" />
      <g fill="none" stroke="#fff" stroke-linecap="round">
        <circle cx="16" cy="14" r="7.2" stroke-width="2.4" />
        <path d="M16 4.6v18.8M6.6 14h18.8M9.4 7.4l13.2 13.2M22.6 7.4 9.4 20.6" stroke-width="1.8" />
        <path
          class="logo-water"
          d="M5 26.2c1.8-1.6 3.7-1.6 5.5 0s3.7 1.6 5.5 0 3.7-1.6 5.5 0 3.7 1.6 5.5 0"
          stroke-width="2.4"
        />
      </g>
    </svg>
  );
}
