import { createHash } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { inviteActivities } from '../../activities/invites';
import { decideApproval } from '../../operations/decide-approval';
import { cancelInvitation } from '../../operations/manage-invitation';
import { recordAttempt } from '../../operations/record-attempt';
import { ApprovalEvent, Invitation, InvitationToken } from '../../store/models';
import { openTestStore, type TestStore } from '../support/database';
import { playedMail, type PlayedMail } from '../support/played-mail';
import { requestOf, shareWith, sharingWorld, type SharingWorld } from '../support/sharing-world';
import { unusedProcesses } from '../support/unused-processes';
import { byPerson } from '../support/world';

describe('the mail of an invitation (INVITE-11)', () => {
  let store: TestStore;
  let mailer: PlayedMail;
  let activities: ReturnType<typeof inviteActivities>;
  let team: SharingWorld;
  let id: string;

  beforeAll(async () => {
    store = await openTestStore();
  });
  afterAll(() => store.close());
  beforeEach(async () => {
    mailer = playedMail();
    const deps = { store, mailer, processes: unusedProcesses, publicUrl: 'https://doorlist.test' };
    activities = inviteActivities({ ...deps, fallbackEmail: null });
    team = await sharingWorld(store);
    const asOf = new Date();
    id = requestOf(await shareWith(store, team, { email: `new-${uuid()}@example.test` }, { asOf }));
    const attemptId = uuid();
    await recordAttempt(store, byPerson(team.admin.id), {
      ...{ attemptId, approvalId: id, teamId: team.team.id, verdict: 'approve', reason: null },
      ...{ grantRole: null, revision: null, via: 'api' },
    });
    await decideApproval(store, { attemptId, asOf });
  });

  const at = (asOf = Date.now()) => ({ approvalId: id, teamId: team.team.id, asOf });
  const row = () => store.inTeam(team.team.id, (tx) => Invitation.query(tx).findById(id).throwIfNotFound());
  const tokens = () =>
    store.inTeam(team.team.id, (tx) => InvitationToken.query(tx).where({ invitationId: id }));

  it('holds a link whose secret is stored as a hash alone', async () => {
    await activities.sendInvitation(at());
    const token = /invitations\/([\w-]+)/.exec(mailer.outbox[0]?.text ?? '')?.[1] ?? '';
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    const [stored] = await tokens();
    expect(stored?.hash).toEqual(createHash('sha256').update(token).digest());
    expect(await row()).toMatchObject({ state: 'sent', mailing: 1 });
  });

  it('goes out once when its worker dies behind the sending and another repeats the step', async () => {
    await activities.sendInvitation(at());
    await store.inTeam(team.team.id, (tx) => Invitation.query(tx).findById(id).patch({ state: 'sending' }));
    await activities.sendInvitation(at());
    expect(mailer.outbox).toHaveLength(1);
    expect((await row()).state).toBe('sent');
  });

  it('runs its 30 days from the instant of the workflow’s clock, not of this machine’s', async () => {
    const later = Date.now() + 400 * 86_400_000;
    await activities.sendInvitation(at(later));
    const { sentAt, expiresAt } = await row();
    expect(sentAt?.getTime()).toBe(later);
    expect(expiresAt?.getTime()).toBe(later + 30 * 86_400_000);
  });

  it('does not go out for an invitation that was taken back meanwhile', async () => {
    const input = { invitationId: id, teamId: team.team.id };
    expect(await cancelInvitation(store, byPerson(team.admin.id), input)).toBe('cancelled');
    await activities.sendInvitation(at());
    expect(mailer.outbox).toEqual([]);
    expect((await row()).state).toBe('cancelled');
  });

  it('leaves the invitation as it is when the server refuses it, for the run to say so', async () => {
    mailer.next.push('refused');
    await expect(activities.sendInvitation(at())).rejects.toThrow('refused');
    expect(await row()).toMatchObject({ state: 'sending', holdsSeat: true });
    await activities.markInvitationFailed(at());
    expect(await row()).toMatchObject({ state: 'failed', holdsSeat: true });
    await activities.sendInvitation(at());
    expect((await row()).state).toBe('sent');
  });

  it('notes a reminder once, also when the step is repeated (INVITE-7)', async () => {
    const email = `other-${uuid()}@example.test`;
    const approvalId = requestOf(await shareWith(store, team, { email }, { asOf: new Date() }));
    const request = { approvalId, teamId: team.team.id, asOf: Date.now() };
    await activities.remind(request, 1);
    await activities.remind(request, 1);
    const noted = await store.inTeam(team.team.id, (tx) =>
      ApprovalEvent.query(tx).where({ approvalId, type: 'reminded' }),
    );
    expect(noted).toHaveLength(1);
    expect((await activities.loadInvite(request)).remindersAt).toHaveLength(1);
  });
});
