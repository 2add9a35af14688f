// SPDX-License-Identifier: Apache-2.0
// The frame around every page, and which page an address means.

import { useEffect, useState } from 'preact/hooks';
import { href, navigate, type Route, useRoute } from './lib/router';
import { useShortcut } from './lib/keys';
import { chooseTheme, type Theme, useTheme } from './lib/theme';
import { IconButton } from './ui/controls';
import { HelpDialog } from './ui/help';
import { Icon, type IconName, Logo } from './ui/icons';
import { Empty } from './ui/page';
import { Palette } from './ui/palette';
import { Toasts } from './ui/toast';
import { ComparePage } from './pages/compare';
import { ExperimentsPage } from './pages/experiments';
import { LoggedModelPage } from './pages/logged-model';
import { LoggedModelsPage } from './pages/logged-models';
import { ModelPage } from './pages/model';
import { ModelsPage } from './pages/models';
import { PluginPage } from './pages/plugin';
import { PluginsPage } from './pages/plugins';
import { RunPage } from './pages/run';
import { RunsPage } from './pages/runs';
import { VersionPage } from './pages/version';

function NotFound() {
  return (
    <Empty icon="search" title="There is no page at this address">
      <p>
        <a href="#/experiments">Go to the experiments</a>
      </p>
    </Empty>
  );
}

function experimentPage(rest: string[]) {
  const [id, kind, item, ...more] = rest;
  if (!id) return <ExperimentsPage />;
  if (!kind || (kind === 'runs' && !item)) return <RunsPage key={id} experiment={id} />;
  if (kind === 'runs') return <RunPage key={item} experiment={id} run={item!} rest={more} />;
  if (kind === 'models' && !item) return <LoggedModelsPage key={id} experiment={id} />;
  if (kind === 'models') return <LoggedModelPage key={item} experiment={id} model={item!} rest={more} />;
  return <NotFound />;
}

function page({ segments }: Route) {
  const [head, ...rest] = segments;
  if (!head) return <ExperimentsPage />;
  if (head === 'experiments') return experimentPage(rest);
  if (head === 'compare-runs') return <ComparePage />;
  const [name, versions, version] = rest;
  if (head === 'plugins') return name ? <PluginPage key={name} name={name} /> : <PluginsPage />;
  if (head !== 'models') return <NotFound />;
  if (!name) return <ModelsPage />;
  if (!versions) return <ModelPage key={name} name={name} />;
  if (versions === 'versions' && version)
    return <VersionPage key={`${name}/${version}`} name={name} version={version} />;
  return <NotFound />;
}

const nextTheme: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' };
const themeIcons: Record<Theme, IconName> = { system: 'system', light: 'sun', dark: 'moon' };

function ThemeButton() {
  const { choice } = useTheme();
  const next = nextTheme[choice];
  const toggle = () => chooseTheme(next);
  useShortcut('t', 'Everywhere', 'Change the theme', toggle);
  return <IconButton icon={themeIcons[choice]} label={`Theme: ${choice}. Change to ${next}`} onClick={toggle} />;
}

function TopBar({
  section,
  openPalette,
  openHelp,
}: {
  section: string;
  openPalette: () => void;
  openHelp: () => void;
}) {
  const link = (to: string, label: string, current: boolean) => (
    <a href={href([to])} aria-current={current ? 'true' : undefined}>
      {label}
    </a>
  );
  return (
    <header class="topbar">
      <a class="brand" href="#/experiments" aria-label="Millrace, to the experiments">
        <Logo />
        <span>Millrace</span>
      </a>
      <nav aria-label="Main">
        {link('experiments', 'Experiments', section !== 'models' && section !== 'plugins')}
        {link('models', 'Models', section === 'models')}
        {link('plugins', 'Plugins', section === 'plugins')}
      </nav>
      <div class="topbar-tools">
        <button type="button" class="jump" aria-label="Jump to an experiment, model or run" onClick={openPalette}>
          <Icon name="search" />
          <span>Jump to…</span>
          <kbd>Ctrl K</kbd>
        </button>
        <ThemeButton />
        <IconButton icon="help" label="Keyboard shortcuts" onClick={openHelp} />
      </div>
    </header>
  );
}

export function App() {
  const route = useRoute();
  const [overlay, setOverlay] = useState<'help' | 'palette' | null>(null);
  useShortcut('?', 'Everywhere', 'Show the keyboard shortcuts', () => setOverlay('help'));
  useShortcut('mod+k', 'Everywhere', 'Jump to an experiment, model or run', () => setOverlay('palette'));
  useShortcut('g e', 'Everywhere', 'Go to the experiments', () => navigate(href(['experiments'])));
  useShortcut('g m', 'Everywhere', 'Go to the models', () => navigate(href(['models'])));
  useShortcut('g p', 'Everywhere', 'Go to the plugins', () => navigate(href(['plugins'])));
  useEffect(() => setOverlay(null), [route]);
  return (
    <>
      <a class="skip" href={location.hash || '#/'} onClick={skipToMain}>
        Skip to the content
      </a>
      <TopBar
        section={route.segments[0] ?? ''}
        openPalette={() => setOverlay('palette')}
        openHelp={() => setOverlay('help')}
      />
      <main id="main" tabIndex={-1}>
        {page(route)}
      </main>
      <Toasts />
      {overlay === 'help' && <HelpDialog onClose={() => setOverlay(null)} />}
      {overlay === 'palette' && <Palette onClose={() => setOverlay(null)} />}
    </>
  );
}

function skipToMain(event: MouseEvent): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}
