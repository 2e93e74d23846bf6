import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuid } from 'uuid';
import { startIssuer, type Issuer } from '../../embedded/issuer/server';
import { createBrowser, type Browser, type Page } from '../../embedded/tour/browser';
import { inviteOf } from './issuer-invite';
import { startWholeApi, type WholeApi } from './whole-api';

/** The whole API beside a real issuer, and teams that sign in there. */
export interface IssuerWorld {
  readonly api: WholeApi;
  readonly issuer: Issuer;
  /** A team with this issuer for these domains. */
  team(
    domains: readonly string[],
    issuer?: { url: string; clientId: string; clientSecret: string },
  ): Promise<IssuerTeam>;
  /** Goes to the team's sign-in in a browser and picks this person there. */
  signIn(browser: Browser, team: IssuerTeam, email: string, returnTo?: string): Promise<Page>;
  browser(): Browser;
  close(): Promise<void>;
}

/** A team of that world. */
export interface IssuerTeam {
  readonly id: string;
  readonly slug: string;
  readonly adminId: string;
  /** Invites somebody to one of its elements. @returns the mailed link's token */
  invite(email: string): Promise<string>;
}

/** Starts it. @param emailVerified what the issuer says of addresses */
export async function startIssuerWorld(emailVerified?: boolean | null): Promise<IssuerWorld> {
  const api = await startWholeApi();
  const home = mkdtempSync(join(tmpdir(), 'doorlist-issuer-'));
  const issuer = await startIssuer({
    ...{ home, port: 0, publicUrl: api.url },
    ...(emailVerified === undefined ? {} : { emailVerified }),
  });
  return {
    api,
    issuer,
    team: async (domains, at = issuer) => {
      const slug = `t-${uuid()}`;
      const { url, clientId, clientSecret } = at;
      const sso = { issuer: url, clientId, clientSecret, domains };
      const made = await api.operator('POST', '/v1/teams', {
        body: { name: `Team ${slug.slice(-4)}`, slug, plan: 'enterprise', seats: 9, autoFlex: false, sso },
      });
      const id = String(made.body['id']);
      const admin = await api.operator('POST', `/v1/teams/${id}/members`, {
        body: { email: `admin-${slug}@own.example`, name: 'Ada', roles: ['super_admin'] },
      });
      const adminId = String(admin.body['userId']);
      return { id, slug, adminId, invite: (email) => inviteOf(api, id, adminId, email) };
    },
    signIn: async (browser, { slug }, email, returnTo = '/') => {
      const page = await browser.open(`${api.url}/auth/sso/${slug}?returnTo=${encodeURIComponent(returnTo)}`);
      return browser.submit(page, new URL(page.url).pathname, { email });
    },
    browser: () => createBrowser(api.url),
    close: async () => {
      await issuer.stop();
      rmSync(home, { recursive: true });
      await api.close();
    },
  };
}
