import { randomUUID } from 'node:crypto';
import { createRest, RestError, type Rest } from '../../embedded/rest';
import { createSlackControl } from '../../embedded/slack/control';
import { eventually } from '../../embedded/tour/eventually';
import { linkIn, mailsTo } from '../../embedded/tour/mailbox';
import { newCopy, type RunningCopy } from '../support/running-copy';

interface Listed<T> {
  readonly data: readonly T[];
}

describe('fifty decisions at once on one request, over REST and Slack', () => {
  let copy: RunningCopy;

  beforeAll(async () => {
    copy = await newCopy();
    await copy.start();
  }, 120_000);
  afterAll(() => copy.discard(), 60_000);

  it('one takes effect, 49 are told who won, and there are one mail and one seat (INVITE-3, INVITE-4, TEAM-4)', async () => {
    const { publicUrl, operatorToken, slackUrl, mailUrl } = copy.places();
    const operator = createRest(publicUrl, operatorToken);
    const slack = createSlackControl(slackUrl);
    const teams = await operator.get<Listed<{ id: string; slug: string }>>('/v1/teams');
    const teamId = teams.data.find(({ slug }) => slug === 'northwind')?.id ?? '';
    const members = await operator.get<Listed<{ userId: string; email: string }>>(
      `/v1/teams/${teamId}/members?limit=100`,
    );
    const as = async (email: string): Promise<Rest> => {
      const userId = members.data.find((member) => member.email === email)?.userId ?? '';
      const { token } = await operator.post<{ token: string }>(`/v1/users/${userId}/tokens`, {
        name: 'test',
      });
      return createRest(publicUrl, token);
    };
    const [ben, ada, grace] = [
      await as('ben@northwind.example'),
      await as('ada@northwind.example'),
      await as('grace@northwind.example'),
    ];
    const workspaces = await ben.get<Listed<{ id: string; name: string }>>(`/v1/teams/${teamId}/workspaces`);
    const shop = workspaces.data.find(({ name }) => name === 'Storefront')?.id ?? '';
    const elements = await ben.get<Listed<{ id: string; name: string }>>(`/v1/workspaces/${shop}/elements`);
    const email = 'yan@partner.example';
    const share = await ben.post<{ recipients: { inviteId: string }[] }>(
      `/v1/elements/${elements.data[0]?.id ?? ''}/shares`,
      {
        recipients: [{ email }],
      },
    );
    const id = share.recipients[0]?.inviteId ?? '';
    const before = await operator.get<{ seatsUsed: number; seatsReserved: number }>(`/v1/teams/${teamId}`);
    const users = await slack.users({});
    const slackAda = users.find((user) => user.email === 'ada@northwind.example')?.id ?? '';
    const card = await eventually('the card', async () => {
      const messages = await slack.messages({ channel: slackAda });
      return messages.find(({ blocks }) => JSON.stringify(blocks).includes(id)) ?? null;
    });

    const decide = (rest: Rest, decision: string) =>
      rest.post(`/v1/approvals/${id}/decision`, { decision, reason: 'at once' }, randomUUID()).then(
        () => 'took effect',
        (error: unknown) => (error instanceof RestError ? error.code : String(error)),
      );
    const click = () =>
      slack.click({ user: slackAda, channel: card.channel, ts: card.ts, actionId: 'approval.approve' });
    const clicks = Array.from({ length: 10 }, click);
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, nth) =>
        decide(nth % 2 === 0 ? ada : grace, nth % 4 < 2 ? 'approve' : 'deny'),
      ),
    );
    await Promise.all(clicks);

    const approval = await ada.get<{
      state: string;
      decidedVia: string;
      decidedBy: { name: string };
      timeline: { type: string }[];
    }>(`/v1/approvals/${id}`);
    const bySlack = approval.decidedVia === 'slack';
    const took = outcomes.filter((outcome) => outcome === 'took effect');
    expect(took).toHaveLength(bySlack ? 0 : 1);
    expect(outcomes.filter((outcome) => outcome !== 'took effect')).toEqual(
      Array(40 - took.length).fill('already_decided'),
    );
    expect(approval.timeline.filter(({ type }) => type === 'approved' || type === 'denied')).toHaveLength(1);

    // Those who clicked in Slack and lost are told privately who won; the card lost its buttons.
    const told = await eventually('the private notes', async () => {
      const notes = (await slack.messages({ channel: slackAda, user: slackAda })).filter(({ text }) =>
        text.includes('already'),
      );
      return notes.length >= (bySlack ? 9 : 10) ? notes : null;
    });
    expect(told.every(({ text }) => text.includes(approval.decidedBy.name))).toBe(true);
    await eventually('the redrawn card', async () => {
      const messages = await slack.messages({ channel: slackAda });
      const drawn = messages.find(({ ts }) => ts === card.ts);
      return JSON.stringify(drawn?.blocks).includes('approval.approve') ? null : true;
    });

    const after = await operator.get<typeof before>(`/v1/teams/${teamId}`);
    const mails = async () =>
      (await mailsTo(mailUrl, email)).filter((mail) => linkIn(mail, '/invitations/') !== null);
    if (approval.state === 'approved') {
      expect(after.seatsUsed + after.seatsReserved).toBe(before.seatsUsed + before.seatsReserved + 1);
      await eventually('the mail', async () => ((await mails()).length > 0 ? true : null));
      expect(await mails()).toHaveLength(1);
    } else {
      expect(after).toMatchObject({ seatsUsed: before.seatsUsed, seatsReserved: before.seatsReserved });
      expect(await mails()).toHaveLength(0);
    }
  }, 120_000);
});
