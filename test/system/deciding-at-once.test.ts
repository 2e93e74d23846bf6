import { randomUUID } from 'node:crypto';
import { RestError, type Rest } from '../../embedded/rest';
import { createSlackControl } from '../../embedded/slack/control';
import { eventually } from '../../embedded/tour/eventually';
import { linkIn, mailsTo } from '../../embedded/tour/mailbox';
import { newCopy, type RunningCopy } from '../support/running-copy';
import { northwind } from '../support/seeded-team';

describe('fifty decisions at once on one request, over REST and Slack', () => {
  let copy: RunningCopy;

  beforeAll(async () => {
    copy = await newCopy();
    await copy.start();
  }, 120_000);
  afterAll(() => copy.discard(), 60_000);

  it('one takes effect, 49 are told who won, and there are one mail and one seat (INVITE-3, INVITE-4, TEAM-4)', async () => {
    const { slackUrl, mailUrl } = copy.places();
    const { operator, teamId, elementId, as } = await northwind(copy.places());
    const slack = createSlackControl(slackUrl);
    const ben = await as('ben@northwind.example');
    const [ada, grace] = [await as('ada@northwind.example'), await as('grace@northwind.example')];
    const email = 'yan@partner.example';
    const share = await ben.post<{ recipients: { inviteId: string }[] }>(`/v1/elements/${elementId}/shares`, {
      recipients: [{ email }],
    });
    const id = share.recipients[0]?.inviteId ?? '';
    const before = await operator.get<{ seatsUsed: number; seatsReserved: number }>(`/v1/teams/${teamId}`);
    const users = await slack.users({});
    const slackAda = users.find((user) => user.email === 'ada@northwind.example')?.id ?? '';
    const card = await eventually('the card', async () => {
      const messages = await slack.messages({ channel: slackAda });
      return messages.find(({ blocks }) => JSON.stringify(blocks).includes(id)) ?? null;
    });

    // “Not known” is an answer that the contract has: the same key then gets the outcome.
    const decide = async (rest: Rest, decision: string, key = randomUUID(), tries = 5): Promise<string> => {
      try {
        await rest.post(`/v1/approvals/${id}/decision`, { decision, reason: 'at once' }, key);
        return 'took effect';
      } catch (error) {
        const code = error instanceof RestError ? error.code : String(error);
        return code === 'unavailable' && tries > 0 ? decide(rest, decision, key, tries - 1) : code;
      }
    };
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
