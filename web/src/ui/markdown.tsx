// SPDX-License-Identifier: Apache-2.0
// Markdown as elements. Only the lexer of `marked` is used: no HTML string is made, and HTML in the text stays text.

import type { ComponentChildren, VNode } from 'preact';
import { h } from 'preact';
import { lexer, type Token, type Tokens } from 'marked';

/** Links lead to the web, to mail or into this UI; anything else is shown as text. */
function safeLink(href: string): string | undefined {
  if (href.startsWith('#')) return href;
  try {
    const { protocol } = new URL(href);
    return ['http:', 'https:', 'mailto:'].includes(protocol) ? href : undefined;
  } catch {
    return undefined;
  }
}

function link(token: Tokens.Link): ComponentChildren {
  const href = safeLink(token.href);
  if (!href) return inline(token.tokens);
  const outside = !href.startsWith('#');
  return (
    <a href={href} target={outside ? '_blank' : undefined} rel={outside ? 'noreferrer noopener' : undefined}>
      {inline(token.tokens)}
    </a>
  );
}

/** Pictures from elsewhere are not fetched; embedded ones are shown. */
function image(token: Tokens.Image): ComponentChildren {
  if (/^data:image\/(png|jpeg|gif|webp);base64,/.test(token.href)) return <img src={token.href} alt={token.text} />;
  const href = safeLink(token.href);
  const text = token.text || token.href;
  return href ? (
    <a href={href} target="_blank" rel="noreferrer noopener">
      {text}
    </a>
  ) : (
    text
  );
}

function inlineOne(token: Token): ComponentChildren {
  switch (token.type) {
    case 'strong':
      return <strong>{inline(token.tokens)}</strong>;
    case 'em':
      return <em>{inline(token.tokens)}</em>;
    case 'del':
      return <del>{inline(token.tokens)}</del>;
    case 'codespan':
      return <code>{unescape(token.text as string)}</code>;
    case 'br':
      return <br />;
    case 'link':
      return link(token as Tokens.Link);
    case 'image':
      return image(token as Tokens.Image);
    case 'text':
      return token.tokens ? inline(token.tokens) : unescape(token.text as string);
    case 'escape':
      return unescape(token.text as string);
    default:
      return token.raw;
  }
}

const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };

function unescape(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (entity) => entities[entity]!);
}

function inline(tokens: Token[] | undefined): ComponentChildren {
  return tokens?.map(inlineOne);
}

function list(token: Tokens.List): VNode {
  const items = token.items.map((item, index) => (
    <li key={index} class={item.task ? 'task' : undefined}>
      {item.task && (
        <input type="checkbox" checked={item.checked} disabled aria-label={item.checked ? 'done' : 'to do'} />
      )}
      {blocks(item.tokens)}
    </li>
  ));
  return token.ordered ? <ol start={Number(token.start) || 1}>{items}</ol> : <ul>{items}</ul>;
}

function table(token: Tokens.Table): VNode {
  const cell = (tag: 'th' | 'td', one: Tokens.TableCell, index: number) =>
    h(tag, { key: index, class: one.align ? `align-${one.align}` : undefined }, inline(one.tokens));
  return (
    <div class="scroll-x">
      <table>
        <thead>
          <tr>{token.header.map((one, index) => cell('th', one, index))}</tr>
        </thead>
        <tbody>
          {token.rows.map((row, index) => (
            <tr key={index}>{row.map((one, at) => cell('td', one, at))}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function block(token: Token, index: number): ComponentChildren {
  switch (token.type) {
    case 'space':
    case 'def':
      return null;
    case 'heading':
      return h(`h${Math.min(6, (token.depth as number) + 2)}`, { key: index }, inline(token.tokens));
    case 'paragraph':
      return <p key={index}>{inline(token.tokens)}</p>;
    case 'text':
      return <span key={index}>{inlineOne(token)}</span>;
    case 'code':
      return (
        <pre key={index}>
          <code>{token.text as string}</code>
        </pre>
      );
    case 'blockquote':
      return <blockquote key={index}>{blocks(token.tokens)}</blockquote>;
    case 'list':
      return list(token as Tokens.List);
    case 'table':
      return table(token as Tokens.Table);
    case 'hr':
      return <hr key={index} />;
    default:
      return <p key={index}>{token.raw}</p>;
  }
}

function blocks(tokens: Token[] | undefined): ComponentChildren {
  return tokens?.map(block);
}

function textOf(token: Token): string {
  const inner = 'tokens' in token ? token.tokens : undefined;
  if (inner) return inner.map(textOf).join('');
  return 'text' in token ? unescape(String(token.text)) : token.raw;
}

/** The first paragraph as plain text, for lists. */
export function firstLine(text: string): string {
  const paragraph = lexer(text).find((token) => token.type === 'paragraph' || token.type === 'heading');
  return paragraph ? textOf(paragraph).split('\n')[0]! : '';
}

export function Markdown({ text }: { text: string }) {
  return <div class="markdown">{blocks(lexer(text, { gfm: true, breaks: false }))}</div>;
}
