import { v7 as uuid } from 'uuid';
import { eventually } from '../../embedded/tour/eventually';
import { delegate } from '../../operations/delegate';
import { requestAccess } from '../../operations/request-access';
import { setWorkspaceMember } from '../../operations/set-workspace-member';
import { Approval, Team, Workspace, type Element, type User } from '../../store/models';
import { askToEdit } from '../support/sharing-world';
import { startTestBot, type TestBot } from '../support/bot';
import { byPerson } from '../support/world';

describe('the card of a request for Editor (GUEST-6, SLACK-2)', () => {
  let bot: TestBot;
  let approvalId: string;
  let element: Element;

  beforeAll(async () => {
    bot = await startTestBot();
  });
  afterAll(() => bot.close());
  beforeEach(async () => {
    const { store, world, teamId, people } = bot;
    const workspace = await world.workspace(teamId);
    element = await world.element(workspace);
    await world.elementRole(element, people.ben.id, 'editor');
    const team = await store.inTeam(teamId, (tx) => Team.query(tx).findById(teamId).throwIfNotFound());
    const stage = { team, workspace, element, admin: people.ada, sharer: people.ben };
    approvalId = (await askToEdit(store, stage, new Date())).approvalId;
  });

  const card = async () => {
    await bot.draw(approvalId);
    const messages = await bot.slack.control.messages({ channel: bot.channel });
    const found = messages.find(({ blocks }) => JSON.stringify(blocks).includes(approvalId));
    if (found === undefined) throw new Error('there is no card');
    return found;
  };
  const drawn = async () => JSON.stringify((await card()).blocks);
  const state = () =>
    bot.store.inTeam(bot.teamId, (tx) => Approval.query(tx).findById(approvalId).throwIfNotFound());
  const click = async (user: User, text: 'Approve' | 'Deny') => {
    const { channel, ts } = await card();
    await bot.slack.control.click({ user: bot.slackIdOf(user), channel, ts, text });
  };
  const becomes = (wanted: Approval['state']) =>
    eventually(wanted, async () => ((await state()).state === wanted ? true : null), 5_000);
  const shows = (words: string) =>
    eventually(words, async () => ((await drawn()).includes(words) ? true : null), 5_000);
  const deny = async (user: User, reason: string) => {
    await click(user, 'Deny');
    const at = { user: bot.slackIdOf(user) };
    await eventually('the modal', async () =>
      (await bot.slack.control.modals(at)).length > 0 ? true : null,
    );
    return bot.slack.control.submit({ ...at, values: { reason: { text: reason } } });
  };

  it('says what is asked, is decided on by an Editor and a Team Admin, and says what came of it', async () => {
    const { ada, ben } = bot.people;
    const asked = await card();
    expect(asked.text).toContain('Gus (guest) asks to become Editor of “Orders”');
    expect(JSON.stringify(asked.blocks)).toContain('Make Gus Editor of “Orders”?');
    expect(JSON.stringify(asked.blocks)).toMatch(/Takes (one of|the last)/);
    await click(ben, 'Approve');
    await shows('1 of 2 approvals: Ben');
    expect((await state()).state).toBe('pending');
    await click(ada, 'Approve');
    await becomes('approved');
    const settled = await drawn();
    expect(settled).toContain('Gus edits “Orders” now, and is Developer of the team.');
    expect(settled).not.toMatch(/invitation/i);
  });

  it('takes an Editor’s denial with the reason, whole, and shows it (INVITE-5, SLACK-4)', async () => {
    const reason = 'Ask *me* <again> & soon.';
    expect(await deny(bot.people.ben, reason)).toMatchObject({ outcome: 'closed' });
    expect(await state()).toMatchObject({ state: 'denied', decisionReason: reason });
    await shows(JSON.stringify(`“${reason}”`).slice(1, -1));
  });

  it('takes a denial without a reason, which no other kind of request does (INVITE-5)', async () => {
    expect(await deny(bot.people.ada, '')).toMatchObject({ outcome: 'closed' });
    expect(await state()).toMatchObject({ state: 'denied', decisionReason: null });
  });

  it('says that the role came another way (GUEST-6)', async () => {
    const { store, world, teamId, people } = bot;
    const vic = await world.member(teamId, ['developer'], { name: 'Vic' });
    const wish = { id: uuid(), elementId: element.id, teamId, note: null };
    approvalId = await requestAccess(store, byPerson(vic.id), wish);
    const { channel, ts } = await card();
    const workspace = await store.inTeam(teamId, (tx) =>
      Workspace.query(tx).findById(element.workspaceId).throwIfNotFound(),
    );
    await world.workspaceRole(workspace, people.grace.id, 'admin');
    const role = { workspaceId: workspace.id, teamId, userId: vic.id, role: 'editor' } as const;
    await setWorkspaceMember(store, byPerson(people.grace.id), role);
    await bot.draw(approvalId);
    const thread = (await bot.slack.control.messages({ channel })).filter(({ threadTs }) => threadTs === ts);
    expect(thread.map(({ text }) => text)).toEqual([
      'The role came another way: there is nothing left to decide.',
    ]);
    expect(await drawn()).not.toContain('approval.approve');
  });

  it('names who decided and for whom (INVITE-9)', async () => {
    const { ada, grace, ben } = bot.people;
    const mei = await bot.world.member(bot.teamId, ['billing'], { name: 'Mei Chen' });
    const { id: slackMei } = await bot.slack.control.ensureUser({ email: mei.email, name: mei.name });
    await bot.link(mei, slackMei);
    await bot.slack.control.updateChannel({ channel: bot.channel, add: [slackMei] });
    const time = { from: new Date(), until: new Date(Date.now() + 3_600_000) };
    await delegate(bot.store, byPerson(grace.id), {
      ...{ id: uuid(), teamId: bot.teamId, toUserId: mei.id, ...time },
    });
    const { channel, ts } = await card();
    await bot.slack.control.click({ user: slackMei, channel, ts, text: 'Approve' });
    await shows('Mei Chen for Grace Okafor');
    await click(ben, 'Approve');
    await becomes('approved');
    expect(ada.id).not.toBe((await state()).decidedBy);
  });
});
