import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';

/** What every mail of ours is made of. Texts are plain: they are escaped where they become HTML. */
export interface Letter {
  readonly subject: string;
  readonly paragraphs: readonly string[];
  /** Somebody's own words, set apart from ours. */
  readonly quote?: string | null;
  readonly button?: { readonly label: string; readonly url: string };
  /** Why the person gets this, and what to do if it was not meant for them. */
  readonly footer: string;
  /** Where the footer's last words lead. */
  readonly footerUrl?: string;
}

/** A letter as text and as HTML. */
export interface Rendered {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Renders a letter both ways. */
export function render(letter: Letter): Rendered {
  // A subject is one line, whatever somebody named their collection.
  const subject = letter.subject.replaceAll(/\s+/g, ' ').slice(0, 200);
  return {
    subject,
    text: plain(letter),
    html: `<!doctype html>${renderToStaticMarkup(<Page {...letter} />)}`,
  };
}

function plain({ paragraphs, quote, button, footer, footerUrl }: Letter): string {
  const quoted = quote == null || quote === '' ? [] : [quote.replaceAll(/^/gm, '> ')];
  const action = button === undefined ? [] : [`${button.label}:\n${button.url}`];
  return `${[...paragraphs, ...quoted, ...action, `-- \n${footer}${footerUrl === undefined ? '' : `\n${footerUrl}`}`].join('\n\n')}\n`;
}

const font = '16px/1.5 -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif';

/** Clients without this keep the colours that stand at the elements, which read well on light and on dark. */
const DARK = `
  :root { color-scheme: light dark; supported-color-schemes: light dark; }
  @media (prefers-color-scheme: dark) {
    body, .ground { background: #14181f !important; color: #e6e9ee !important; }
    .card { background: #1c222b !important; border-color: #37404d !important; }
    .quiet, .quiet a { color: #9aa5b4 !important; }
  }`;
const quiet = { color: '#5a6472', fontSize: '13px', lineHeight: '1.5' } as const;

function Page({ subject, paragraphs, quote, button, footer, footerUrl }: Letter): ReactNode {
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <title>{subject}</title>
        <style>{DARK}</style>
      </head>
      <body
        className="ground"
        style={{ margin: 0, padding: '24px 12px', font, background: '#f3f5f8', color: '#1c2430' }}
      >
        <div style={{ maxWidth: '560px', margin: '0 auto' }}>
          <p className="quiet" style={{ ...quiet, margin: '0 4px 12px', fontWeight: 700 }}>
            Doorlist
          </p>
          <div
            className="card"
            style={{
              background: '#ffffff',
              border: '1px solid #d7dde5',
              borderRadius: '8px',
              padding: '8px 24px',
              overflowWrap: 'anywhere',
            }}
          >
            {paragraphs.map((paragraph) => (
              <p key={paragraph} style={{ margin: '16px 0' }}>
                {paragraph}
              </p>
            ))}
            {quote == null || quote === '' ? null : <Quote text={quote} />}
            {button === undefined ? null : <Button {...button} />}
          </div>
          <p className="quiet" style={{ ...quiet, margin: '16px 4px' }}>
            {footer}
            {footerUrl === undefined ? null : (
              <>
                {' '}
                <a href={footerUrl} style={{ color: '#5a6472' }}>
                  {footerUrl}
                </a>
              </>
            )}
          </p>
        </div>
      </body>
    </html>
  );
}

function Quote({ text }: { readonly text: string }): ReactNode {
  return (
    <blockquote
      style={{
        margin: '16px 0',
        padding: '4px 16px',
        borderLeft: '3px solid #8a94a3',
        whiteSpace: 'pre-wrap',
      }}
    >
      {text}
    </blockquote>
  );
}

/** A button, and its address to copy: some clients show no styles, and some people trust no button. */
function Button({ label, url }: { readonly label: string; readonly url: string }): ReactNode {
  return (
    <>
      <p style={{ margin: '24px 0 8px' }}>
        <a
          href={url}
          style={{
            display: 'inline-block',
            background: '#1f5fbf',
            color: '#ffffff',
            padding: '10px 20px',
            borderRadius: '6px',
            textDecoration: 'none',
            fontWeight: 600,
          }}
        >
          {label}
        </a>
      </p>
      <p className="quiet" style={{ ...quiet, margin: '0 0 16px' }}>
        Or open this address:{' '}
        <a href={url} style={{ color: '#5a6472', wordBreak: 'break-all' }}>
          {url}
        </a>
      </p>
    </>
  );
}
