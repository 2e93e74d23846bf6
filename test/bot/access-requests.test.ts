import { eventually } from '../../embedded/tour/eventually';
import { Approval, Team } from '../../store/models';
import { askToEdit } from '../support/sharing-world';
import { startTestBot, type TestBot } from '../support/bot';

describe('the card of a request for Editor (GUEST-6, SLACK-2)', () => {
  let bot: TestBot;

  beforeAll(async () => {
    bot = await startTestBot();
  });
  afterAll(() => bot.close());

  it('says what is asked, is decided on by an Editor and a Team Admin, and says what came of it', async () => {
    const { store, world, teamId, people, slack, channel } = bot;
    const { ada, ben } = people;
    const workspace = await world.workspace(teamId);
    const element = await world.element(workspace);
    await world.elementRole(element, ben.id, 'editor');
    const team = await store.inTeam(teamId, (tx) => Team.query(tx).findById(teamId).throwIfNotFound());
    const stage = { team, workspace, element, admin: ada, sharer: ben };
    const { approvalId } = await askToEdit(store, stage, new Date());
    const card = async () => {
      await bot.draw(approvalId);
      const messages = await slack.control.messages({ channel });
      const found = messages.find(({ blocks }) => JSON.stringify(blocks).includes(approvalId));
      if (found === undefined) throw new Error('there is no card');
      return found;
    };
    const state = () =>
      store.inTeam(teamId, (tx) => Approval.query(tx).findById(approvalId).throwIfNotFound());
    const click = async (user: typeof ada) => {
      const { channel: at, ts } = await card();
      await slack.control.click({ user: bot.slackIdOf(user), channel: at, ts, text: 'Approve' });
    };

    const asked = await card();
    expect(asked.text).toContain('Gus (guest) asks to become Editor of “Orders”');
    expect(JSON.stringify(asked.blocks)).toContain('Make Gus Editor of “Orders”?');
    expect(JSON.stringify(asked.blocks)).toMatch(/Takes (one of|the last)/);
    await click(ben);
    await eventually(
      'the Editor’s half',
      async () => (JSON.stringify((await card()).blocks).includes('1 of 2 approvals: Ben') ? true : null),
      5_000,
    );
    expect((await state()).state).toBe('pending');
    await click(ada);
    await eventually('the decision', async () => ((await state()).state === 'approved' ? true : null), 5_000);
    const settled = JSON.stringify((await card()).blocks);
    expect(settled).toContain('Gus edits “Orders” now, and is Developer of the team.');
    expect(settled).not.toMatch(/invitation/i);
  });
});
