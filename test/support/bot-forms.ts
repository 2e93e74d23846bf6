import { eventually } from '../../embedded/tour/eventually';
import { Approval, type User } from '../../store/models';
import type { TestBot } from './bot';

/** What tests of a form do with it: the one that this button on a card opens. @param bot the file's, which starts later */
export function formsOf(bot: () => TestBot, button: string) {
  const modals = (user: User) => bot().slack.control.modals({ user: bot().slackIdOf(user) });
  const click = async (id: string, user: User, text = button) => {
    const cards = await bot().slack.control.messages({ channel: bot().channel });
    const card = cards.find(({ blocks }) => JSON.stringify(blocks).includes(`apr:${id}`));
    if (card === undefined) throw new Error('there is no card');
    const { channel, ts } = card;
    return bot().slack.control.click({ user: bot().slackIdOf(user), channel, ts, text });
  };
  return {
    modals,
    click,
    approval: (id: string) =>
      bot().store.inTeam(bot().teamId, (tx) => Approval.query(tx).findById(id).throwIfNotFound()),
    /** Somebody clicks, and has the form before them. */
    opened: async (id: string, user: User) => {
      await click(id, user);
      await eventually('the form', async () => ((await modals(user)).length > 0 ? true : null), 5_000);
    },
    /** What stands in the form that somebody has before them. */
    shown: async (user = bot().people.grace) =>
      JSON.stringify((await modals(user)).at(-1)?.content.blocks ?? []),
    /** A private note with these words. */
    noteTo: (user: User, words: string) =>
      eventually(
        words,
        async () => {
          const at = { channel: bot().channel, user: bot().slackIdOf(user) };
          const seen = await bot().slack.control.messages(at);
          return seen.find((one) => one.ephemeralTo !== undefined && one.text.includes(words)) ?? null;
        },
        5_000,
      ),
    closeAll: async () => {
      for (const user of Object.values(bot().people).map(bot().slackIdOf)) {
        for (const { id } of (await bot().slack.control.modals({ user })).reverse())
          await bot().slack.control.close({ user, view: id });
      }
    },
  };
}
