import { createRest, type Rest } from '../rest';
import { createSlackControl } from '../slack/control';
import { TOUR } from '../world/people';
import { createBrowser, type Browser } from './browser';
import { eventually } from './eventually';
import { linkIn, mailsTo, type CaughtMail } from './mailbox';

/** Where the tour goes. */
export interface TourPlaces {
  readonly publicUrl: string;
  readonly mailUrl: string;
  readonly slackUrl: string;
  readonly operatorToken: string;
}

/** One step that was taken: what happened, and where to look. */
export interface Step {
  readonly what: string;
  readonly look: string;
}

interface Listed<T> {
  readonly data: readonly T[];
}

interface ApprovalAnswer {
  readonly state: string;
  readonly invitation?: string;
  readonly links: { readonly console: string; readonly temporal: string | null };
}

interface ShareAnswer {
  readonly recipients: readonly { readonly outcome: string; readonly inviteId?: string }[];
}

/** Walks the main job against a running copy with the seeded world, as the people in it would, a step at a time. */
export async function* tour(places: TourPlaces): AsyncGenerator<Step> {
  const operator = createRest(places.publicUrl, places.operatorToken);
  const teams = await operator.get<Listed<{ id: string; slug: string; name: string }>>('/v1/teams?limit=100');
  const team = found(
    `the team ${TOUR.team}`,
    teams.data.find((each) => each.slug === TOUR.team),
  );
  const sharer = await restAs(operator, places, team.id, TOUR.sharer);
  const element = await ordersOf(sharer, team.id);

  const { email, approvalId } = await share(sharer, element.id);
  const approvalPage = new URL(`/approvals/${approvalId}`, places.publicUrl).href;
  yield {
    what: `${TOUR.sharer} shared “${element.name}” with ${email}: it waits for a Team Admin`,
    look: approvalPage,
  };

  const slack = createSlackControl(places.slackUrl);
  const approver = await slackUser(places, TOUR.approver);
  const card = await eventually('the card', async () =>
    pendingCard(await slack.messages({ channel: approver.id }), approvalId),
  );
  yield {
    what: `${TOUR.approver} has a card with Approve, Deny and Open in a direct message`,
    look: places.slackUrl,
  };

  const clickedAt = Date.now();
  await slack.click({ user: approver.id, channel: card.channel, ts: card.ts, actionId: 'approval.approve' });
  await eventually('the redrawn card', async () => {
    const messages = await slack.messages({ channel: approver.id });
    return pendingCard(messages, approvalId) === null ? true : null;
  });
  yield {
    what: `${TOUR.approver} clicked Approve; the card shows the decision ${Date.now() - clickedAt} ms later`,
    look: places.slackUrl,
  };

  const invitation = await eventually('the invitation', async () =>
    newest(await mailsTo(places.mailUrl, email), '/invitations/'),
  );
  yield {
    what: `${email} got the invitation by mail`,
    look: new URL(`/#/email/${invitation.mail.id}`, places.mailUrl).href,
  };

  const outsider = createBrowser(places.publicUrl);
  await signIn(outsider, places, email, invitation.link);
  yield { what: `${email} opened its link and signed in by another mailed link`, look: invitation.link };

  const page = await outsider.open(invitation.link);
  await outsider.submit(page, new URL(invitation.link).pathname);
  const approval = await eventually('the acceptance', async () => {
    const answer = await sharer.get<ApprovalAnswer>(`/v1/approvals/${approvalId}`);
    return answer.invitation === 'accepted' ? answer : null;
  });
  yield { what: `${email} accepted and is a Developer of ${team.name}`, look: approvalPage };

  const seen = await outsider.json<{ name: string; myRole: string }>(`/v1/elements/${element.id}`);
  yield {
    what: `${email} is ${seen.myRole} of “${seen.name}”`,
    look: new URL(`/e/${element.id}`, places.publicUrl).href,
  };

  const chain = await operator.get<{ ok: boolean; checked: number }>(
    `/v1/teams/${team.id}/audit-events/verify`,
  );
  yield {
    what: `the audit chain of ${chain.checked} events ${chain.ok ? 'verifies' : 'IS BROKEN'}; the run is in Temporal UI`,
    look: approval.links.temporal ?? '(no Temporal UI here)',
  };
}

/** Signs in as a person does: ask for a link, open the mail, press the button. */
export async function signIn(
  browser: Browser,
  places: TourPlaces,
  email: string,
  returnTo: string,
): Promise<void> {
  const before = (await mailsTo(places.mailUrl, email)).length;
  const asked = await browser.open(returnTo);
  await browser.submit(asked, '/auth/email', { email });
  const link = await eventually('the sign-in mail', async () => {
    const fresh = (await mailsTo(places.mailUrl, email)).slice(before);
    return newest(fresh, '/auth/email/')?.link ?? null;
  });
  const page = await browser.open(link);
  await browser.submit(page, new URL(link).pathname);
}

async function restAs(operator: Rest, places: TourPlaces, teamId: string, email: string): Promise<Rest> {
  const members = await operator.get<Listed<{ userId: string; email: string }>>(
    `/v1/teams/${teamId}/members?q=${encodeURIComponent(email)}`,
  );
  const member = found(
    email,
    members.data.find((each) => each.email === email),
  );
  const { token } = await operator.post<{ token: string }>(`/v1/users/${member.userId}/tokens`, {
    name: 'tour',
    expiresIn: 'PT1H',
  });
  return createRest(places.publicUrl, token);
}

async function ordersOf(sharer: Rest, teamId: string): Promise<{ id: string; name: string }> {
  const workspaces = await sharer.get<Listed<{ id: string; name: string }>>(
    `/v1/teams/${teamId}/workspaces?limit=100`,
  );
  const workspace = found(
    'the workspace',
    workspaces.data.find((each) => each.name === 'Storefront'),
  );
  const elements = await sharer.get<Listed<{ id: string; name: string }>>(
    `/v1/workspaces/${workspace.id}/elements`,
  );
  return found(
    'the collection',
    elements.data.find((each) => each.name === 'Orders'),
  );
}

/** Shares with the tour's outsider, or with the next one of that name when the tour was walked before. */
async function share(sharer: Rest, elementId: string): Promise<{ email: string; approvalId: string }> {
  for (let guest = 1; ; guest += 1) {
    const email = guest === 1 ? TOUR.outsider : TOUR.outsider.replace('@', `${guest}@`);
    const answer = await sharer.post<ShareAnswer>(`/v1/elements/${elementId}/shares`, {
      recipients: [{ email, role: 'viewer' }],
      message: 'Zoe builds our checkout and needs to see the orders API.',
    });
    const [recipient] = answer.recipients;
    if (recipient?.outcome === 'pending_approval' && recipient.inviteId !== undefined) {
      return { email, approvalId: recipient.inviteId };
    }
    if (recipient?.outcome === 'refused')
      throw new Error('the team has no free seat left: the tour cannot go on');
  }
}

async function slackUser(places: TourPlaces, email: string): Promise<{ id: string }> {
  const users = await createSlackControl(places.slackUrl).users({});
  return found(
    `${email} on Slack`,
    users.find((user) => user.email === email),
  );
}

interface SlackMessage {
  readonly channel: string;
  readonly ts: string;
  readonly blocks: readonly object[];
}

function pendingCard(messages: readonly SlackMessage[], approvalId: string): SlackMessage | null {
  const buttons = (message: SlackMessage) => JSON.stringify(message.blocks);
  const open = messages.filter((message) => buttons(message).includes(approvalId));
  return open.find((message) => buttons(message).includes('"approval.approve"')) ?? null;
}

function newest(mails: readonly CaughtMail[], path: string): { mail: CaughtMail; link: string } | null {
  for (const mail of [...mails].reverse()) {
    const link = linkIn(mail, path);
    if (link !== null) return { mail, link };
  }
  return null;
}

function found<T>(what: string, thing: T | undefined): T {
  if (thing === undefined) throw new Error(`${what} is not there: was the world seeded?`);
  return thing;
}
