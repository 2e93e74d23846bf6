import type { Rest } from '../../embedded/rest';
import { createBrowser } from '../../embedded/tour/browser';
import { eventually } from '../../embedded/tour/eventually';
import { linkIn, mailsTo } from '../../embedded/tour/mailbox';
import { signIn } from '../../embedded/tour/steps';
import { seedWorld } from '../../embedded/world/seed';
import { startOutsideWorld, type OutsideWorld } from '../support/outside-world';
import { newCopy, type RunningCopy } from '../support/running-copy';
import { northwind, type SeededTeam } from '../support/seeded-team';

/** One outsider a path: what becomes of the request for them. */
const PATHS = ['denied', 'withdrawn', 'resent', 'waiting'] as const;
/** Those on which a delegate decides, and nobody. */
type Path = (typeof PATHS)[number] | 'delegated' | 'escalated' | 'expired';
const LAST_RESORT = 'last-resort@northwind.example';

interface Request {
  readonly state: string;
  readonly invitation?: string;
  readonly decisionReason?: string;
  readonly decidedBy?: { readonly name: string; readonly onBehalfOf?: string };
  readonly timeline: readonly { readonly type: string }[];
}

describe('with everything killed between the steps, and mail or Slack dark at each', () => {
  let outside: OutsideWorld;
  let copy: RunningCopy;

  beforeAll(async () => {
    outside = await startOutsideWorld();
    copy = await newCopy({ ...outside.env, DOORLIST_FALLBACK_EMAIL: LAST_RESORT });
    await outside.callBack(copy.port);
    await copy.start();
    await seedWorld({
      ...{ publicUrl: places().publicUrl, operatorToken: places().operatorToken, issuer: null },
      ...{ slack: outside.slack, exampleApiUrl: 'http://127.0.0.1:1' },
    });
  }, 120_000);
  afterAll(async () => {
    await copy.discard();
    await outside.stop();
  }, 60_000);

  const places = () => ({ ...copy.places(), mailUrl: outside.mailUrl });
  const emailOf = (path: Path): string => `${path}@partner.example`;
  const invitations = async (path: Path) =>
    (await mailsTo(outside.mailUrl, emailOf(path))).filter((mail) => linkIn(mail, '/invitations/') !== null);
  /** A repeat behind the server's acceptance is allowed, and known by its id. */
  const mailings = async (path: Path) =>
    new Set((await invitations(path)).map(({ messageId }) => messageId)).size;
  const mailed = (path: Path, times: number) =>
    eventually(
      `mailing ${times} to ${path}`,
      async () => ((await mailings(path)) >= times ? true : null),
      60_000,
    );
  const become = (path: Path, by: Rest, id: string, wanted: Partial<Request>) =>
    eventually(
      `${path}: ${JSON.stringify(wanted)}`,
      async () => {
        const now = await by.get<Request>(`/v1/approvals/${id}`);
        return Object.entries(wanted).every(([name, value]) => now[name as keyof Request] === value) || null;
      },
      60_000,
    );
  const powerCut = async (): Promise<void> => {
    await copy.kill();
    await copy.start();
  };

  it('denials, withdrawals, resends and waits for a seat go on, and each thing is told once (INVITE-2, INVITE-5, INVITE-8, INVITE-11, SLACK-9, OPS-10)', async () => {
    const team: SeededTeam = await northwind(places());
    const [ada, ben] = [await team.as('ada@northwind.example'), await team.as('ben@northwind.example')];
    const seats = (count: number) => team.operator.patch(`/v1/teams/${team.teamId}`, { seats: count });
    const ids = {} as Record<Path, string>;
    const shared = await ben.post<{ recipients: { inviteId: string }[] }>(
      `/v1/elements/${team.elementId}/shares`,
      { recipients: PATHS.map((path) => ({ email: emailOf(path), role: 'viewer' })) },
    );
    for (const [index, path] of PATHS.entries()) ids[path] = shared.recipients[index]?.inviteId ?? '';
    const of = (path: Path) => ada.get<Request>(`/v1/approvals/${ids[path]}`);
    const becomes = (path: Path, wanted: Partial<Request>) => become(path, ada, ids[path], wanted);

    // Taken, but no card is drawn yet: Slack is dark, and the power goes.
    await outside.turn('slack', 'off');
    await powerCut();
    await ada.post(`/v1/approvals/${ids.denied}/decision`, {
      decision: 'deny',
      reason: 'Not before the audit.',
    });
    await ben.post(`/v1/approvals/${ids.withdrawn}/withdraw`, {});
    await outside.turn('mail', 'off');
    for (const path of ['resent', 'waiting'] as const)
      await ada.post(`/v1/approvals/${ids[path]}/decision`, { decision: 'approve' });

    // Approved, and no mail is out: both are dark, and the power goes.
    await powerCut();
    expect(await of('denied')).toMatchObject({ state: 'denied', decisionReason: 'Not before the audit.' });
    expect(await of('withdrawn')).toMatchObject({ state: 'withdrawn' });
    await outside.turn('slack', 'on');
    await outside.turn('mail', 'on');
    await Promise.all([mailed('resent', 1), mailed('waiting', 1)]);
    await Promise.all([
      becomes('resent', { invitation: 'sent' }),
      becomes('waiting', { invitation: 'sent' }),
    ]);

    // Accepted without a seat, and one to be mailed again with the mail dark: the power goes behind both answers.
    const [first] = await invitations('waiting');
    const link = (first && linkIn(first, '/invitations/')) ?? '';
    const outsider = createBrowser(places().publicUrl);
    await signIn(outsider, places(), emailOf('waiting'), link);
    await seats(1);
    await outsider.submit(await outsider.open(link), new URL(link).pathname);
    expect(await of('waiting')).toMatchObject({ invitation: 'waiting_for_seat' });
    await outside.turn('mail', 'off');
    await ben.post(`/v1/invitations/${ids.resent}/resend`, {});
    await powerCut();

    // A seat is free, and the power goes before whoever waits is mailed.
    await seats(8);
    await powerCut();
    await outside.turn('mail', 'on');
    await Promise.all([mailed('resent', 2), mailed('waiting', 2)]);
    await outsider.submit(await outsider.open(link), new URL(link).pathname);
    await becomes('waiting', { invitation: 'accepted' });
    await becomes('resent', { invitation: 'sent' });

    const { control } = outside.slack;
    const users = await control.users({});
    const conversations = [...(await control.channels({})).map(({ id }) => id)];
    const read = async () =>
      (await Promise.all(conversations.map((channel) => control.messages({ channel })))).flat();
    const benOnSlack = users.find(({ email }) => email === 'ben@northwind.example')?.id ?? '';
    await eventually(
      'every card as the requests are now',
      async () => {
        const shown = (await read()).filter(({ blocks }) =>
          JSON.stringify(blocks).includes('"approval.approve"'),
        );
        const told = await control.messages({ channel: benOnSlack });
        return shown.length === 0 && told.some(({ text }) => text.includes('accepted and is in'))
          ? true
          : null;
      },
      60_000,
    );
    const told = (await control.messages({ channel: benOnSlack })).filter(
      ({ threadTs }) => threadTs === undefined,
    );
    expect(told.filter(({ text }) => text.includes('denied it'))).toHaveLength(1);
    expect(JSON.stringify(told)).toContain('Not before the audit.');
    const posted = (await read()).flatMap(({ metadata }) => metadata?.event_payload['delivery'] ?? []);
    expect(posted.length).toBeGreaterThan(0);
    expect(new Set(posted).size).toBe(posted.length);
    expect([await mailings('denied'), await mailings('withdrawn')]).toEqual([0, 0]);
    expect([await mailings('resent'), await mailings('waiting')]).toEqual([2, 2]);
    const { seatsUsed, seatsReserved } = await team.operator.get<Record<string, number>>(
      `/v1/teams/${team.teamId}`,
    );
    // Ada, Ben, Mei and who waited; one is still invited.
    expect({ seatsUsed, seatsReserved }).toEqual({ seatsUsed: 4, seatsReserved: 1 });
    const chain = `/v1/teams/${team.teamId}/audit-events/verify`;
    expect(await team.operator.get(chain)).toMatchObject({ ok: true });
  }, 240_000);

  it('reminders, escalations, expiries and the decision of a delegate go on, and each thing is told once (INVITE-7, INVITE-9, SLACK-9, OPS-10)', async () => {
    const team: SeededTeam = await northwind(places());
    const [ada, ben, mei] = [
      await team.as('ada@northwind.example'),
      await team.as('ben@northwind.example'),
      await team.as('mei@northwind.example'),
    ];
    const { control } = outside.slack;
    const users = await control.users({});
    const slackIdOf = (name: string) =>
      users.find(({ email }) => email === `${name}@northwind.example`)?.id ?? '';
    const ask = async (path: Path, policy: object) => {
      await team.operator.patch(`/v1/teams/${team.teamId}`, { policy, seats: 8 });
      const recipients = [{ email: emailOf(path), role: 'viewer' }];
      const url = `/v1/elements/${team.elementId}/shares`;
      const shared = await ben.post<{ recipients: { inviteId: string }[] }>(url, { recipients });
      return shared.recipients[0]?.inviteId ?? '';
    };
    const calm = { approvalReminders: ['PT24H'], escalateAfter: 'PT72H', approvalExpiry: 'P15D' };
    const delegated = await ask('delegated', calm);
    const escalated = await ask('escalated', {
      ...calm,
      approvalReminders: ['PT8S'],
      escalateAfter: 'PT20S',
    });
    const begins = Date.now() + 5_000;
    const { userId: toUserId } = await mei.get<{ userId: string }>('/v1/me');
    await ada.post('/v1/me/delegations', {
      ...{ teamId: team.teamId, toUserId, from: new Date(begins).toISOString() },
      until: new Date(begins + 3_600_000).toISOString(),
    });

    // Taken, and handed over from some seconds on: the power goes before either is told.
    await powerCut();
    await eventually('the delegate’s card', async () => {
      const cards = await control.messages({ channel: slackIdOf('mei') });
      return cards.some(({ blocks }) => JSON.stringify(blocks).includes(`apr:${delegated}`)) ? true : null;
    });
    const reached = (id: string, types: readonly string[]) =>
      eventually(
        types.join(' or '),
        async () => {
          const { timeline } = await ada.get<Request>(`/v1/approvals/${id}`);
          return timeline.some(({ type }) => types.includes(type)) ? true : null;
        },
        60_000,
      );
    // Of what comes due while the power is away the last alone is done.
    await reached(escalated, ['reminded', 'escalated']);
    await mei.post(`/v1/approvals/${delegated}/decision`, { decision: 'approve' });

    // Reminded, but nobody is told; approved by the delegate, and no mail is out.
    await powerCut();
    await mailed('delegated', 1);
    await become('delegated', ada, delegated, { invitation: 'sent' });
    await reached(escalated, ['escalated']);

    // Escalated, and nobody is told.
    await powerCut();
    const expired = await ask('expired', { ...calm, approvalExpiry: 'PT3S' });
    await reached(expired, ['expired']);

    // Expired, and nobody is told.
    await powerCut();
    const toldOfEnd = async () =>
      (await control.messages({ channel: slackIdOf('ben') })).filter(
        ({ text, threadTs }) =>
          text.includes('It expired without a decision.') &&
          text.includes(emailOf('expired')) &&
          threadTs === undefined,
      );
    await eventually('the end', async () => ((await toldOfEnd()).length > 0 ? true : null), 60_000);
    expect(await toldOfEnd()).toHaveLength(1);
    const times = async (id: string, type: string) =>
      (await ada.get<Request>(`/v1/approvals/${id}`)).timeline.filter((line) => line.type === type).length;
    expect(await ada.get<Request>(`/v1/approvals/${expired}`)).toMatchObject({ state: 'expired' });
    expect([await times(expired, 'expired'), await times(escalated, 'escalated')]).toEqual([1, 1]);
    expect(await times(escalated, 'reminded')).toBeLessThan(2);
    const urgent = async (address: string) => {
      const letters = await mailsTo(outside.mailUrl, address);
      const those = letters.filter(({ subject }) => subject.startsWith('Waiting for too long'));
      return new Set(those.map(({ messageId }) => messageId)).size;
    };
    for (const address of [LAST_RESORT, 'ada@northwind.example', 'grace@northwind.example']) {
      await eventually(
        `a mail to ${address}`,
        async () => ((await urgent(address)) > 0 ? true : null),
        60_000,
      );
      expect([address, await urgent(address)]).toEqual([address, 1]);
    }
    const decided = await ada.get<Request>(`/v1/approvals/${delegated}`);
    expect(decided).toMatchObject({ state: 'approved', decidedBy: { name: 'Mei Chen' } });
    expect(decided.decidedBy?.onBehalfOf).toBe((await ada.get<{ userId: string }>('/v1/me')).userId);
    expect([await mailings('delegated'), await mailings('expired')]).toEqual([1, 0]);
    const conversations = [...(await control.channels({})).map(({ id }) => id)];
    const all = (await Promise.all(conversations.map((channel) => control.messages({ channel })))).flat();
    const posted = all.flatMap(({ metadata }) => metadata?.event_payload['delivery'] ?? []);
    expect(new Set(posted).size).toBe(posted.length);
    const chain = `/v1/teams/${team.teamId}/audit-events/verify`;
    expect(await team.operator.get(chain)).toMatchObject({ ok: true });
  }, 240_000);
});
