import type { BlockAction, ButtonAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import { readButtonValue, type Pressed } from '../cards/control-ids';
import type { SlackPerson } from '../identity';
import type { NotePlace } from '../private-note';

/** What a listener for a button is given. */
export type ButtonArgs = SlackActionMiddlewareArgs<BlockAction<ButtonAction>>;

/** A click on a button of a card of ours. */
export interface Click {
  /** Null for what no card of ours has. */
  readonly pressed: Pressed | null;
  readonly person: SlackPerson;
  readonly place: NotePlace;
  /** The message that the button stands in; null for a view's or an ephemeral one's. */
  readonly ts: string | null;
}

/** Reads a click. */
export function clickOf({ body, action }: Pick<ButtonArgs, 'body' | 'action'>): Click {
  const slackUserId = body.user.id;
  // The workspace that the app is installed in; the person may belong to another one (Slack Connect).
  const slackTeamId = body.team?.id ?? body.user.team_id ?? '';
  const container = body.container as { readonly channel_id?: string } | undefined;
  return {
    pressed: readButtonValue(action.value),
    person: { slackTeamId, slackUserId, userTeamId: body.user.team_id ?? slackTeamId },
    place: {
      ...{ slackTeamId, slackUserId },
      responseUrl: (body as { readonly response_url?: string }).response_url ?? null,
      channel: body.channel?.id ?? container?.channel_id ?? null,
    },
    ts: body.message?.ts ?? null,
  };
}
