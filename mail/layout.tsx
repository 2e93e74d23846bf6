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

function Page({ subject, paragraphs, quote, button, footer }: Letter): ReactNode {
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <meta name="color-scheme" content="light dark" />
        <title>{subject}</title>
      </head>
      <body style={{ margin: 0, padding: '24px', font }}>
        <div style={{ maxWidth: '560px', margin: '0 auto' }}>
          {paragraphs.map((paragraph) => (
            <p key={paragraph}>{paragraph}</p>
          ))}
          {quote == null || quote === '' ? null : (
            <blockquote
              style={{
                margin: '0 0 16px',
                padding: '4px 16px',
                borderLeft: '3px solid #8888',
                whiteSpace: 'pre-wrap',
              }}
            >
              {quote}
            </blockquote>
          )}
          {button === undefined ? null : (
            <p style={{ margin: '24px 0' }}>
              <a
                href={button.url}
                style={{
                  background: '#1f5fbf',
                  color: '#ffffff',
                  padding: '12px 20px',
                  borderRadius: '6px',
                  textDecoration: 'none',
                  fontWeight: 600,
                }}
              >
                {button.label}
              </a>
            </p>
          )}
          <p style={{ color: '#777777', fontSize: '13px' }}>{footer}</p>
        </div>
      </body>
    </html>
  );
}
