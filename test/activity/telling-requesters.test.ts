import { MockActivityEnvironment } from '@temporalio/testing';
import { v7 as uuid } from 'uuid';
import { noticeActivities } from '../../activities/notices';
import { tellingActivities } from '../../activities/telling';
import type { GivenPreferences } from '../../domain/notices';
import { decideApproval } from '../../operations/decide-approval';
import { recordAttempt } from '../../operations/record-attempt';
import { setNotificationPreferences } from '../../operations/set-notification-preferences';
import { Notification } from '../../store/models';
import { openTestStore, type TestStore } from '../support/database';
import { playedMail, type PlayedMail } from '../support/played-mail';
import { requestOf, shareWith, sharingWorld, type SharingWorld } from '../support/sharing-world';
import { unusedProcesses } from '../support/unused-processes';
import { byPerson } from '../support/world';

const NIGHT = Date.parse('2026-06-01T23:00:00Z');
const MORNING = Date.parse('2026-06-02T07:00:00Z');
const QUIET = { from: '22:00', to: '07:00', timeZone: 'UTC' };

describe('a requester who is told how it ended, where Slack does not reach them (SLACK-5)', () => {
  let store: TestStore;
  let mailer: PlayedMail;
  let team: SharingWorld;
  let held: string[];
  let approvalId: string;

  beforeAll(async () => {
    store = await openTestStore();
  });
  afterAll(() => store.close());
  beforeEach(async () => {
    mailer = playedMail();
    held = [];
    team = await sharingWorld(store);
    const asOf = new Date(NIGHT - 3_600_000);
    approvalId = requestOf(await shareWith(store, team, { email: `new-${uuid()}@example.test` }, { asOf }));
    const attemptId = uuid();
    await recordAttempt(store, byPerson(team.admin.id, asOf), {
      ...{ attemptId, approvalId, teamId: team.team.id, verdict: 'deny', reason: 'Nobody knows her.' },
      ...{ grantRole: null, revision: null, via: 'api' },
    });
    await decideApproval(store, { attemptId, asOf });
  });

  const deps = () => ({
    ...{ store, mailer, publicUrl: 'https://doorlist.test', fallbackEmail: null },
    processes: {
      ...unusedProcesses,
      noticesHeld: (teamId: string) => Promise.resolve(void held.push(teamId)),
    },
  });
  const wish = (given: GivenPreferences) => setNotificationPreferences(store, team.sharer.id, given);
  const tell = (asOf: number) =>
    new MockActivityEnvironment().run(
      tellingActivities(deps()).tellRequesters,
      { approvalId, teamId: team.team.id, asOf, slack: 'dark' as const },
      'denied' as const,
    );
  const mailHeld = (asOf: number) =>
    new MockActivityEnvironment().run(noticeActivities(deps()).mailNotices, {
      ...{ teamId: team.team.id, shareId: null, asOf },
    });
  const notes = () =>
    store.inTeam(team.team.id, (tx) => Notification.query(tx).where({ userId: team.sharer.id }));

  it('is mailed once, with the reason, and sees it in the app, however often the step is repeated', async () => {
    await tell(NIGHT);
    await tell(NIGHT);
    expect(mailer.outbox).toMatchObject([
      { to: team.sharer.email, text: expect.stringContaining('Nobody knows her.') as string },
    ]);
    expect(await notes()).toMatchObject([
      { topic: 'approvals', event: 'approval.denied', body: 'Nobody knows her.', inApp: true },
    ]);
    expect(held).toEqual([]);
  });

  it('is not mailed when they want no mail of approvals, and sees it in the app all the same', async () => {
    await wish({ topics: { approvals: { email: false } }, quietHours: null });
    await tell(NIGHT);
    expect(mailer.outbox).toEqual([]);
    expect(await notes()).toMatchObject([{ event: 'approval.denied', inApp: true }]);
  });

  it('is mailed at the end of their quiet hours, once, and sees it in the app at once', async () => {
    await wish({ topics: {}, quietHours: QUIET });
    await tell(NIGHT);
    expect(mailer.outbox).toEqual([]);
    expect(held).toEqual([team.team.id]);
    expect(await notes()).toHaveLength(1);
    await mailHeld(MORNING - 1);
    expect(mailer.outbox).toEqual([]);
    await mailHeld(MORNING);
    await mailHeld(MORNING);
    expect(mailer.outbox).toMatchObject([
      { to: team.sharer.email, text: expect.stringContaining('Nobody knows her.') as string },
    ]);
  });
});
