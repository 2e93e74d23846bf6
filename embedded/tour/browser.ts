import { parse, type HTMLElement } from 'node-html-parser';

/** A page as a person has it before them. */
export interface Page {
  readonly url: string;
  readonly status: number;
  readonly document: HTMLElement;
  /** The text a person reads, white space folded. */
  readonly text: string;
}

/** What a browser does on our plain pages: keep cookies, follow redirects, fill in forms. */
export interface Browser {
  open(url: string): Promise<Page>;
  /** Submits the page's form whose action ends like this, with its hidden fields and these. */
  submit(page: Page, action: string, fields?: Readonly<Record<string, string>>): Promise<Page>;
  /** A JSON call with the session's cookie. */
  json<T>(url: string): Promise<T>;
  /** The cookies as its requests carry them. */
  cookie(): string;
}

/** More redirects in a row than any flow has: a loop. */
const MAX_REDIRECTS = 8;

/** A browser without a window, at this address, signed in nowhere. */
export function createBrowser(baseUrl: string): Browser {
  const cookies = new Map<string, string>();

  const cookie = (): string => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');

  const send = async (url: string, init: RequestInit): Promise<Response> => {
    const headers = { accept: 'text/html', ...(init.headers as Record<string, string> | undefined) };
    const carried = cookie();
    const response = await fetch(new URL(url, baseUrl), {
      ...init,
      redirect: 'manual',
      headers: carried === '' ? headers : { ...headers, cookie: carried },
      // A page that takes this long is broken.
      signal: AbortSignal.timeout(30_000),
    });
    for (const line of response.headers.getSetCookie()) keep(cookies, line);
    return response;
  };

  const show = async (url: string, init: RequestInit): Promise<Page> => {
    let at = new URL(url, baseUrl);
    let response = await send(at.href, init);
    for (let hops = 0; response.status >= 300 && response.status < 400; hops += 1) {
      if (hops >= MAX_REDIRECTS) throw new Error(`${at.href} redirects without end`);
      at = new URL(response.headers.get('location') ?? '/', at);
      response = await send(at.href, { method: 'GET' });
    }
    const document = parse(await response.text());
    return {
      url: at.href,
      status: response.status,
      document,
      text: document.structuredText.replaceAll(/\s+/g, ' '),
    };
  };

  return {
    cookie,
    open: (url) => show(url, { method: 'GET' }),
    submit: (page, action, fields = {}) => {
      const form = page.document.querySelectorAll('form').find((each) => actionOf(each).endsWith(action));
      if (form === undefined)
        throw new Error(`${page.url} has no form for ${action}: ${page.text.slice(0, 300)}`);
      const body = new URLSearchParams(hiddenFields(form));
      for (const [name, value] of Object.entries(fields)) body.set(name, value);
      return show(new URL(actionOf(form), page.url).href, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: body.toString(),
      });
    },
    json: async <T>(url: string) =>
      (await send(url, { headers: { accept: 'application/json' } })).json() as Promise<T>,
  };
}

function keep(cookies: Map<string, string>, line: string): void {
  const [pair = ''] = line.split(';');
  const at = pair.indexOf('=');
  cookies.set(pair.slice(0, at), pair.slice(at + 1));
}

function actionOf(form: HTMLElement): string {
  return form.getAttribute('action') ?? '';
}

function hiddenFields(form: HTMLElement): [string, string][] {
  return form
    .querySelectorAll('input[type=hidden]')
    .map((input) => [input.getAttribute('name') ?? '', input.getAttribute('value') ?? '']);
}
