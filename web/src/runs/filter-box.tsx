// SPDX-License-Identifier: Apache-2.0
// The box for MLflow's filter language: it proposes keys while one is typed, and shows what the server says of it.

import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { quoteKey } from '../api/filter';
import { Icon } from '../ui/icons';
import { Popover } from '../ui/menu';
import type { RunColumn } from './columns';

const examples = [
  'metrics.accuracy > 0.9',
  "params.model = 'resnet' and metrics.loss < 0.2",
  "attributes.status = 'FAILED'",
  "tags.team ILIKE '%vision%'",
  "attributes.run_name LIKE 'sweep-%'",
  'attributes.start_time > 1735689600000',
];

const attributeKeys = ['run_name', 'status', 'start_time', 'end_time', 'user_id', 'run_id', 'artifact_uri'];
const proposals = 8;

interface Word {
  text: string;
  start: number;
}

/** The word that ends at the caret, unless it stands inside a string. */
function wordBefore(text: string, caret: number): Word | null {
  const before = text.slice(0, caret);
  const open = before.replace(/'[^']*'|"[^"]*"/g, (quoted) => ' '.repeat(quoted.length));
  if (/['"]/.test(open)) return null;
  const word = /(?:(?:metrics?|params?|tags?|attributes?|parameters?)\.)?(?:`[^`]*|[\w./-]*)$/.exec(open)![0];
  return { text: word, start: caret - word.length };
}

function propose(word: Word | null, columns: RunColumn[]): string[] {
  if (!word || word.text === '') return [];
  const typed = word.text.replace('`', '').toLowerCase();
  const known = [
    ...attributeKeys.map((key) => ({ plain: `attributes.${key}`, key, text: `attributes.${key}` })),
    ...columns
      .filter((c) => c.kind !== 'attributes')
      .map((c) => ({ plain: c.id, key: c.key, text: `${c.kind}.${quoteKey(c.key)}` })),
  ];
  return known
    .filter(({ plain, key }) => plain.toLowerCase().startsWith(typed) || key.toLowerCase().startsWith(typed))
    .map(({ text }) => text)
    .filter((text) => text !== word.text)
    .slice(0, proposals);
}

interface FilterBoxProps {
  filter: string;
  columns: RunColumn[];
  error: string;
  apply: (filter: string) => void;
}

/** What is typed and what is proposed for it. */
function useProposals(filter: string, columns: RunColumn[], apply: (filter: string) => void) {
  const [text, setText] = useState(filter);
  const [caret, setCaret] = useState(0);
  const [active, setActive] = useState(-1);
  const [open, setOpen] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const wanted = useRef<number | null>(null); // where the caret goes with the next text
  useEffect(() => setText(filter), [filter]);
  // At once, not a frame later: somebody may be typing on.
  useLayoutEffect(() => {
    if (wanted.current === null) return;
    input.current?.focus();
    input.current?.setSelectionRange(wanted.current, wanted.current);
    wanted.current = null;
  }, [text]);
  const word = open ? wordBefore(text, caret) : null;
  const offers = propose(word, columns);

  const take = (offer: string) => {
    const next = `${text.slice(0, word!.start)}${offer} ${text.slice(caret)}`;
    const at = word!.start + offer.length + 1;
    wanted.current = at;
    setText(next);
    setOpen(false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' && offers.length > 0) setActive((active + 1) % offers.length);
    else if (event.key === 'ArrowUp' && offers.length > 0) setActive((active - 1 + offers.length) % offers.length);
    else if ((event.key === 'Tab' || event.key === 'Enter') && offers[active]) take(offers[active]!);
    else if (event.key === 'Escape') {
      if (offers.length > 0) setOpen(false);
      else input.current?.blur();
    } else if (event.key === 'Enter') {
      setOpen(false);
      apply(input.current!.value.trim()); // not the text of the last time it was drawn
      return;
    } else return;
    event.preventDefault();
  };
  const onInput = () => {
    const element = input.current!;
    setText(element.value);
    setCaret(element.selectionStart ?? element.value.length);
    setActive(-1);
    setOpen(true);
    if (element.value === '') apply('');
  };
  return { text, input, offers, active, take, onKeyDown, onInput, close: () => setOpen(false) };
}

interface OffersProps {
  id: string;
  offers: string[];
  active: number;
  take: (offer: string) => void;
}

function Offers({ id, offers, active, take }: OffersProps) {
  if (offers.length === 0) return null;
  return (
    <ul class="offers" role="listbox" id={`${id}-offers`} aria-label="Proposals">
      {offers.map((offer, index) => (
        <li
          key={offer}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === active}
          onPointerDown={(event) => {
            event.preventDefault(); // keeps the focus in the box
            take(offer);
          }}
        >
          {offer}
        </li>
      ))}
    </ul>
  );
}

export function FilterBox({ filter, columns, error, apply }: FilterBoxProps) {
  const id = useId();
  const { text, input, offers, active, take, onKeyDown, onInput, close } = useProposals(filter, columns, apply);
  return (
    <div class="filter-box">
      <div class="search-box">
        <Icon name="filter" />
        <input
          ref={input}
          id="run-filter"
          type="text"
          class="input mono"
          role="combobox"
          aria-label="Filter runs"
          aria-expanded={offers.length > 0}
          aria-controls={`${id}-offers`}
          aria-autocomplete="list"
          aria-activedescendant={offers[active] ? `${id}-${active}` : undefined}
          aria-invalid={error !== ''}
          aria-describedby={error ? `${id}-error` : undefined}
          placeholder="metrics.accuracy > 0.9 and params.model = 'resnet'"
          autocomplete="off"
          spellcheck={false}
          value={text}
          onInput={onInput}
          onKeyDown={onKeyDown}
          onBlur={close}
        />
        <Popover icon="help" label="How to write a filter">
          {(done) => <FilterHelp take={(example) => (done(), apply(example))} />}
        </Popover>
      </div>
      <Offers id={id} offers={offers} active={active} take={take} />
      {error && (
        <p class="form-error" role="alert" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}

function FilterHelp({ take }: { take: (example: string) => void }) {
  return (
    <div class="filter-help">
      <p>
        Conditions on <code>metrics.</code>, <code>params.</code>, <code>tags.</code> and <code>attributes.</code>,
        joined by <code>and</code>. Numbers stand bare, text in quotes; a key with other characters stands in back
        quotes. Enter applies it.
      </p>
      <ul>
        {examples.map((example) => (
          <li key={example}>
            <button type="button" class="link-button mono" onClick={() => take(example)}>
              {example}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
