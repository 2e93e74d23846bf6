import { v7 as uuid } from 'uuid';
import { Refusal } from '../../domain/refusal';
import { deleteElement } from '../../operations/delete-element';
import { recordAttempt } from '../../operations/record-attempt';
import { decideApproval } from '../../operations/decide-approval';
import { Approval, Element, Member, SlackInboxEntry, Team } from '../../store/models';
import { startTestBot, type TestBot } from '../support/bot';
import { formsOf } from '../support/bot-forms';
import { byPerson } from '../support/world';

const BUTTON = 'Approve With Changes';

describe('approving with changes in Slack (SLACK-4)', () => {
  let bot: TestBot;
  let decide: TestBot['processes']['decide'];
  const { approval, modals, click, opened, shown, noteTo, closeAll } = formsOf(() => bot, BUTTON);

  beforeAll(async () => {
    bot = await startTestBot();
    decide = bot.processes.decide;
  });
  afterEach(async () => {
    bot.processes.decide = decide;
    await closeAll();
  });
  afterAll(() => bot.close());

  const messages = (channel = bot.channel) => bot.slack.control.messages({ channel });
  /** A request whose form Grace has before her. */
  const asked = async (given: { role?: 'editor'; required?: number } = {}) => {
    const id = await bot.request();
    await bot.store.inTeam(bot.teamId, async (tx) => {
      const { policy } = await Approval.query(tx).findById(id).throwIfNotFound();
      await Approval.query(tx)
        .findById(id)
        .patch({
          requestedRole: given.role ?? 'viewer',
          policy: { ...policy, quorum: [{ admin: given.required ?? 1 }] },
        });
    });
    await bot.draw(id);
    await opened(id, bot.people.grace);
    return id;
  };
  const submit = (values: { role?: string; note?: string }, user = bot.people.grace) =>
    bot.slack.control.submit({
      user: bot.slackIdOf(user),
      values: {
        ...(values.role === undefined ? {} : { role: { choice: values.role } }),
        ...(values.note === undefined ? {} : { note: { text: values.note } }),
      },
    });

  it('grants the lower role, and shows whoever asked that and the note, whole (INVITE-5)', async () => {
    const id = await asked({ role: 'editor' });
    expect(await shown()).toContain('asked for Editor');
    const note = 'Only <@U1> & “reading”.\nThen *again*: 日本 🙂';
    expect(await submit({ role: 'viewer', note })).toMatchObject({ outcome: 'closed' });
    expect(await approval(id)).toMatchObject({
      ...{ state: 'approved', grantedRole: 'viewer', decisionReason: note, decidedVia: 'slack' },
      decidedBy: bot.people.grace.id,
    });
    await bot.draw(id);
    const told = (await messages(bot.slackIdOf(bot.people.ben))).filter(({ text }) =>
      text.includes('approved it in Slack, as Viewer instead of Editor'),
    );
    expect(told).toHaveLength(1);
    expect(JSON.stringify(told[0]?.blocks)).toContain(JSON.stringify(`“${note}”`).slice(1, -1));
  });

  it('starts from the role that was asked for, and needs no note', async () => {
    const id = await asked({ role: 'editor' });
    expect(await submit({})).toMatchObject({ outcome: 'closed' });
    expect(await approval(id)).toMatchObject({ grantedRole: 'editor', decisionReason: null });
  });

  it('offers no higher role than was asked for, nor than another approver granted (INVITE-6)', async () => {
    const id = await asked({ role: 'editor', required: 2 });
    expect(await submit({ role: 'viewer' })).toMatchObject({ outcome: 'closed' });
    expect((await approval(id)).state).toBe('pending');
    await opened(id, bot.people.ada);
    expect(await shown(bot.people.ada)).toContain('Role: Viewer');
    expect(await shown(bot.people.ada)).not.toContain('static_select');
    expect(await submit({ note: 'As Grace says.' }, bot.people.ada)).toMatchObject({ outcome: 'closed' });
    expect(await approval(id)).toMatchObject({ state: 'approved', grantedRole: 'viewer' });
  });

  it('says at the form that no seat is free, and counts when it is sent again with one (INVITE-2)', async () => {
    const id = await asked();
    const seats = (count: number) =>
      bot.store.inTeam(bot.teamId, (tx) => Team.query(tx).findById(bot.teamId).patch({ seats: count }));
    await seats(1);
    expect(await submit({ note: 'Kept.' })).toMatchObject({
      ...{ outcome: 'errors', errors: { note: expect.stringContaining('no free seat') as string } },
    });
    expect((await approval(id)).state).toBe('pending');
    await seats(50);
    expect(await submit({})).toMatchObject({ outcome: 'closed' });
    expect(await approval(id)).toMatchObject({ state: 'approved', decisionReason: 'Kept.' });
  });

  it('says in the form who was faster (INVITE-4)', async () => {
    const id = await asked();
    const attemptId = uuid();
    await recordAttempt(bot.store, byPerson(bot.people.ada.id), {
      ...{ attemptId, approvalId: id, teamId: bot.teamId, verdict: 'deny', reason: 'No.' },
      ...{ grantRole: null, revision: null, via: 'web' },
    });
    await decideApproval(bot.store, { attemptId, asOf: new Date() });
    expect(await submit({})).toMatchObject({ outcome: 'updated' });
    expect(await shown()).toContain('Ada Lindqvist denied it already in the console');
  });

  it('says in the form that what was asked for is gone (INVITE-12)', async () => {
    const id = await asked();
    const { elementId } = await approval(id);
    const element = await bot.store.inTeam(bot.teamId, (tx) =>
      Element.query(tx).findById(elementId).throwIfNotFound(),
    );
    await bot.world.elementRole(element, bot.people.ada.id, 'editor');
    await deleteElement(bot.store, byPerson(bot.people.ada.id), {
      ...{ id: uuid(), elementId, teamId: bot.teamId },
    });
    expect(await submit({})).toMatchObject({ outcome: 'updated' });
    expect(await shown()).toContain('closed before your click: what it asked for was deleted');
  });

  it('says in the form that its sender is an approver no longer, and opens none for them (INVITE-3)', async () => {
    const id = await asked();
    const { ada, grace } = bot.people;
    const roles = (as: Member['roles']) =>
      bot.store.inTeam(bot.teamId, (tx) =>
        Member.query(tx).findById([bot.teamId, grace.id]).patch({ roles: as }),
      );
    await roles(['developer']);
    try {
      expect(await submit({})).toMatchObject({ outcome: 'updated' });
      expect(await shown()).toContain('Only an Admin or Super Admin');
      expect((await approval(id)).state).toBe('pending');
      await bot.slack.control.close({ user: bot.slackIdOf(grace) });
      await click(id, grace);
      await noteTo(grace, 'Only an Admin or Super Admin');
      expect(await modals(grace)).toEqual([]);
      expect(await modals(ada)).toEqual([]);
    } finally {
      await roles(['admin']);
    }
  });

  it('of an older revision counts for nothing and says so (INVITE-4)', async () => {
    const id = await asked();
    await bot.store.inTeam(bot.teamId, (tx) => Approval.query(tx).findById(id).patch({ revision: 2 }));
    expect(await submit({})).toMatchObject({ outcome: 'updated' });
    expect(await shown()).toContain('changed since this card was drawn');
    expect((await approval(id)).state).toBe('pending');
  });

  it('while Temporal is away is kept with role and note, and done once when it is back (SLACK-9)', async () => {
    const id = await asked({ role: 'editor' });
    bot.processes.decide = () => Promise.reject(new Refusal('unavailable', 'away'));
    expect(await submit({ role: 'viewer', note: 'Kept.' })).toMatchObject({ outcome: 'updated' });
    expect(await shown()).toContain('cannot tell yet');
    bot.processes.decide = decide;
    await SlackInboxEntry.query(bot.store.knex)
      .whereNull('doneAt')
      .patch({ nextTryAt: new Date(0) });
    await bot.receiver.sweep();
    expect(await approval(id)).toMatchObject({
      state: 'approved',
      grantedRole: 'viewer',
      decisionReason: 'Kept.',
    });
    expect(await shown()).toContain('Your approval is recorded.');
  });

  it('asks for another click when the form could not be opened in time', async () => {
    const id = await bot.request();
    await bot.draw(id);
    await bot.slack.control.addFault({ method: 'views.open', kind: 'error', error: 'expired_trigger_id' });
    await click(id, bot.people.ada);
    await noteTo(bot.people.ada, `Click ${BUTTON} again`);
  });
});
