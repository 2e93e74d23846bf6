import { isDeepStrictEqual } from 'node:util';
import { ApplicationFailure } from '@temporalio/common';
import { slackFailure, type SlackApi } from '../../bot/web-client';
import type { Store } from '../../store/database';
import type { InviteInput } from '../../workflows/contracts/invite';
import { AtWork } from './claims';
import { forgetDrawn, type Copies } from './copies';
import { Drawing } from './drawing';
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

/** A process that died left its claim behind: it is over within seconds. */
const AT_WORK_PAUSE_MS = 2_000;

/** Activities on Slack's own queue. */
export function cardActivities({ store, slack, publicUrl }: CardDependencies) {
  return {
    /**
     * Brings every copy of a request's card up to date with its rows: one in the team's approvals channel, one for each
     * approver and each requester (SLACK-2, SLACK-3). What moved on meanwhile is drawn again. Safe to repeat at any point.
     * @throws {ApplicationFailure} retryable while Slack is dark, not retryable when it shut the app out
     */
    async drawCards({ approvalId, teamId, round: reminders, asOf }: DrawCards): Promise<CardsDrawn> {
      const read = () => store.inTeam(teamId, (tx) => factsOf(tx, approvalId, new Date(asOf)));
      let facts = await read();
      const slackTeamId = facts?.settings.slackTeamId ?? '';
      const client = facts === null ? null : await slack.clientFor(slackTeamId);
      if (facts === null || client === null) {
        await forgetDrawn(store, { approvalId, teamId });
        return { slack: 'none', copies: 0, unreachable: 0 };
      }
      const copies: Copies = { store, client, slackTeamId, publicUrl };
      for (let round = 1; ; round += 1) {
        const drawing = new Drawing(copies, facts, reminders);
        await drawing.run();
        const { drawn, unreachable, failures } = drawing;
        if (failures.some((failure) => slackFailure(failure).kind === 'shut_out')) {
          await slack.shutOut(slackTeamId);
          await forgetDrawn(store, { approvalId, teamId });
        }
        if (failures.length > 0) throw failureOf(failures);
        const now: Facts | null = await read();
        if (now === null || round === MOST_ROUNDS || isDeepStrictEqual(now, facts)) {
          return { slack: 'drawn', copies: drawn, unreachable };
        }
        facts = now;
      }
    },
  };
}

/** How Temporal goes on after failures: not at all, at Slack's own pace, or a little later. */
function failureOf(failures: readonly unknown[]): ApplicationFailure {
  const kinds = failures.map(slackFailure);
  if (kinds.some(({ kind }) => kind === 'shut_out')) {
    return ApplicationFailure.nonRetryable('Slack takes the token no longer', 'SlackShutOut');
  }
  const pauses = kinds.flatMap((one) => (one.kind === 'rate_limited' ? [one.retryAfterMs] : []));
  if (pauses.length > 0) {
    return ApplicationFailure.create({
      type: 'SlackRateLimited',
      message: 'Slack asks for a pause',
      nextRetryDelay: Math.max(...pauses),
    });
  }
  if (failures.every((failure) => failure instanceof AtWork)) {
    return ApplicationFailure.create({
      type: 'AtWork',
      message: 'another process is at work on a copy',
      nextRetryDelay: AT_WORK_PAUSE_MS,
    });
  }
  return ApplicationFailure.create({ type: 'SlackUnreachable', message: 'Slack did not answer' });
}
