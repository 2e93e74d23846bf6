import { isDeepStrictEqual } from 'node:util';
import { slackFailure, type SlackApi } from '../../bot/web-client';
import type { Store } from '../../store/database';
import type { InviteInput } from '../../workflows/contracts/invite';
import { forgetDrawn, type Copies } from './copies';
import { Drawing } from './drawing';
import { retryableFailure } from './failures';
import { factsOf, type Facts } from './view';

/** What the activities that draw cards work with. */
export interface CardDependencies {
  readonly store: Store;
  readonly slack: SlackApi;
  readonly publicUrl: string;
}

/** Draw a request's cards; `round` is how many reminders went out. */
export interface DrawCards extends InviteInput {
  readonly round: number;
  readonly asOf: number;
}

/** How it went: counts alone. `slack: 'none'` where the team has no Slack. */
export interface CardsDrawn {
  readonly slack: 'drawn' | 'none';
  readonly copies: number;
  readonly unreachable: number;
}

/** A request that moves on more often than this while it is drawn is drawn again by its run, which moved it. */
const MOST_ROUNDS = 5;

/** Activities on Slack's own queue. */
export function cardActivities({ store, slack, publicUrl }: CardDependencies) {
  return {
    /**
     * Brings every copy of a request's card up to date with its rows: one in the team's approvals channel, one for each
     * approver and each requester (SLACK-2, SLACK-3). What moved on meanwhile is drawn again. Safe to repeat at any point.
     * @throws {ApplicationFailure} retryable while Slack is dark, not retryable when it shut the app out
     */
    async drawCards({ approvalId, teamId, round: reminders, asOf }: DrawCards): Promise<CardsDrawn> {
      const read = () =>
        store.inTeam(teamId, async (tx) => {
          const found = await factsOf(tx, { approvalId, teamId }, new Date(asOf));
          if (found === null) await forgetDrawn(tx, approvalId);
          return found;
        });
      let facts = await read();
      const none = { slack: 'none', copies: 0, unreachable: 0 } as const;
      if (facts === null) return none;
      const { slackTeamId } = facts.settings;
      const forget = () => store.inTeam(teamId, (tx) => forgetDrawn(tx, approvalId));
      const client = await slack.clientFor(slackTeamId);
      if (client === null) {
        await forget();
        return none;
      }
      const copies: Copies = { store, client, slackTeamId, publicUrl };
      for (let round = 1; ; round += 1) {
        const drawing = new Drawing(copies, facts, reminders);
        await drawing.run();
        const { drawn, unreachable, failures } = drawing;
        if (failures.some((failure) => slackFailure(failure).kind === 'shut_out')) {
          await slack.shutOut(slackTeamId);
          await forget();
        }
        if (failures.length > 0) throw retryableFailure(failures);
        const now: Facts | null = await read();
        if (now === null || round === MOST_ROUNDS || isDeepStrictEqual(now, facts)) {
          return { slack: 'drawn', copies: drawn, unreachable };
        }
        facts = now;
      }
    },
  };
}
