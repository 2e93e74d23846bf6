import { Fragment, type ReactNode } from 'react';
import type { TextObject } from '../blocks/text-schemas';
import { formatDate } from './dates';
import { EMOJI } from './emoji';
import { userName, type Viewpoint } from './names';

// Code first, since nothing inside it counts; then Slack's <…>; then bold, italics, strike; then :emoji:.
const INLINE =
  /```([\s\S]+?)```|`([^`\n]+)`|<([^<>\n]+)>|(?<![\w*])\*(?!\s)([^*\n]+)(?<!\s)\*(?![\w*])|(?<!\w)_(?!\s)([^_\n]+)(?<!\s)_(?!\w)|(?<!\w)~(?!\s)([^~\n]+)(?<!\s)~(?!\w)|:([a-z0-9_+-]+):/g;

/** The three characters that Slack has senders escape. */
const unescape = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** Plain text with its line breaks. */
function lines(text: string): ReactNode {
  return unescape(text)
    .split('\n')
    .map((line, index) => (
      <Fragment key={index}>
        {index > 0 && <br />}
        {line}
      </Fragment>
    ));
}

/** What stands between angle brackets: a person, a channel, a group, a date or a link. */
function reference(viewpoint: Viewpoint, inner: string): ReactNode {
  const [target = '', label] = inner.split('|', 2);
  const name = target.slice(1);
  if (target.startsWith('@')) return <span className="mention">@{userName(viewpoint, name)}</span>;
  if (target.startsWith('#')) {
    const channel = viewpoint.state.channel(viewpoint.user.teamId, name);
    return <span className="mention">#{channel?.name ?? label ?? name}</span>;
  }
  if (target.startsWith('!date^')) {
    const [, seconds = '0', format = '', link] = target.split('^');
    const text = formatDate(Number(seconds), unescape(format), viewpoint.user.timeZone);
    return link === undefined ? <time>{text}</time> : anchor(link, text);
  }
  if (target.startsWith('!')) return <span className="mention">@{label ?? name}</span>;
  return anchor(target, label === undefined ? unescape(target) : unescape(label));
}

/** A link; anything that is no web or mail address stays text. */
function anchor(target: string, text: string): ReactNode {
  const href = unescape(target);
  if (!/^(https?:\/\/|mailto:)/.test(href)) return text;
  return (
    <a href={href} target="_blank" rel="noreferrer">
      {text}
    </a>
  );
}

function inline(viewpoint: Viewpoint, text: string): ReactNode[] {
  const nodes: ReactNode[] = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, pre, code, inner, bold, italic, strike, emoji] = match;
    nodes.push(<Fragment key={`text-${end}`}>{lines(text.slice(end, match.index))}</Fragment>);
    const key = match.index;
    if (pre !== undefined) nodes.push(<pre key={key}>{unescape(pre.trim())}</pre>);
    else if (code !== undefined) nodes.push(<code key={key}>{unescape(code)}</code>);
    else if (inner !== undefined) nodes.push(<Fragment key={key}>{reference(viewpoint, inner)}</Fragment>);
    else if (bold !== undefined) nodes.push(<strong key={key}>{inline(viewpoint, bold)}</strong>);
    else if (italic !== undefined) nodes.push(<em key={key}>{inline(viewpoint, italic)}</em>);
    else if (strike !== undefined) nodes.push(<s key={key}>{inline(viewpoint, strike)}</s>);
    else nodes.push(EMOJI[emoji ?? ''] ?? whole);
    end = match.index + whole.length;
  }
  nodes.push(<Fragment key="end">{lines(text.slice(end))}</Fragment>);
  return nodes;
}

/** Slack's markup as elements; React escapes all text, so that nothing written in it can become markup of the page. */
export function Mrkdwn({ viewpoint, text }: { viewpoint: Viewpoint; text: string }): ReactNode {
  // Lines that begin with > are quotes; neighbours of a kind stay together so that code blocks may span lines.
  const runs: { quote: boolean; text: string }[] = [];
  for (const line of text.split('\n')) {
    const quoted = /^(?:>|&gt;) ?(.*)$/.exec(line);
    const quote = quoted !== null;
    const content = quoted?.[1] ?? line;
    const last = runs.at(-1);
    if (last?.quote === quote) last.text += `\n${content}`;
    else runs.push({ quote, text: content });
  }
  return runs.map((run, index) =>
    run.quote ? (
      <blockquote key={index}>{inline(viewpoint, run.text)}</blockquote>
    ) : (
      <Fragment key={index}>{inline(viewpoint, run.text)}</Fragment>
    ),
  );
}

/** A text object of either kind. */
export function Text({ viewpoint, text }: { viewpoint: Viewpoint; text: TextObject }): ReactNode {
  if (text.type === 'mrkdwn') return <Mrkdwn viewpoint={viewpoint} text={text.text} />;
  return plain(text.text);
}

/** Plain text knows emoji but no markup and no escapes. */
export function plain(text: string): string {
  return text.replace(/:([a-z0-9_+-]+):/g, (whole, name: string) => EMOJI[name] ?? whole);
}
