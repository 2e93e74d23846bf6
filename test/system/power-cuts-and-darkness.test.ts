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
type Path = (typeof PATHS)[number];

interface Request {
  readonly state: string;
  readonly invitation?: string;
  readonly decisionReason?: string;
}

describe('with everything killed between the steps, and mail or Slack dark at each', () => {
  let outside: OutsideWorld;
  let copy: RunningCopy;

  beforeAll(async () => {
    outside = await startOutsideWorld();
    copy = await newCopy(outside.env);
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
    const becomes = (path: Path, wanted: Partial<Request>) =>
      eventually(
        `${path}: ${JSON.stringify(wanted)}`,
        async () => {
          const now = await of(path);
          return (
            Object.entries(wanted).every(([name, value]) => now[name as keyof Request] === value) || null
          );
        },
        60_000,
      );

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
});
