import { locate } from '../store/queries/locate';
import type { BotDeps } from './deps';
import { identify, type SlackPerson } from './identity';
import { UNKNOWN_PERSON } from './refusals';

/** The request that a click is about, and who clicked; or what to say when either is not known. */
export type Target = { readonly teamId: string; readonly userId: string } | { readonly text: string };

/** Finds both (SLACK-8). What the person may do is asked later, of the rows. */
export async function targetOf(deps: BotDeps, approvalId: string, person: SlackPerson): Promise<Target> {
  const place = await locate(deps.store, 'approval', approvalId);
  if (place?.teamId == null) return { text: UNKNOWN_PERSON.gone };
  const { teamId } = place;
  const who = await identify(deps, person, teamId);
  if ('userId' in who) return { teamId, userId: who.userId };
  const link = `${deps.config.publicUrl}/approvals/${approvalId}`;
  return { text: `${UNKNOWN_PERSON[who.unknown]} <${link}|Open it in Doorlist>` };
}
