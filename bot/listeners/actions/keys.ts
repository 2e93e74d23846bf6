import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '@slack/bolt';
import { KEY_MEMORY_MS, keyState } from '../../../domain/access-key';
import { Refusal } from '../../../domain/refusal';
import { keepAccessKey, revokeAccessKey, type KeyRef } from '../../../operations/manage-access-key';
import { shownKey } from '../../../store/queries/access-keys';
import { locate } from '../../../store/queries/locate';
import { keySettled, readKeyValue } from '../../cards/key-card';
import { unknownOutcome } from '../../deciding';
import type { BotDeps } from '../../deps';
import { identify } from '../../identity';
import { notePrivately } from '../../private-note';
import { NO_LONGER_AVAILABLE, UNKNOWN_PERSON } from '../../refusals';
import { takenIn } from '../../taken-in';
import { slackFailure } from '../../web-client';
import { clickOf, type ButtonArgs, type Click } from '../click';

/**
 * Keep and Revoke on a key's warning (KEY-4, KEY-5). Whoever may not is told so privately; the warning then shows what became
 * of the key, whoever dealt with it and where.
 */
export function aboutKey(deps: BotDeps, act: 'keep' | 'revoke') {
  return async ({ ack, context, ...args }: ButtonArgs & { context: Context }): Promise<void> => {
    await ack();
    const click = clickOf(args);
    try {
      const said = await dealWith(deps, click, readKeyValue(args.action.value), act);
      if (said !== null) await notePrivately(deps, click.place, said);
    } catch (error) {
      const said = unknownOutcome(error, takenIn(context));
      if (said !== null) await notePrivately(deps, click.place, said);
      // Not done: the inbox keeps the click, and a sweep puts it again.
      throw error;
    }
  };
}

/** @returns what to say to whoever clicked, or null */
async function dealWith(
  deps: BotDeps,
  click: Click,
  keyId: string | null,
  act: 'keep' | 'revoke',
): Promise<string | null> {
  if (keyId === null) return NO_LONGER_AVAILABLE;
  const place = await locate(deps.store, 'access_key', keyId);
  if (place?.teamId == null) return 'This access key is no longer there.';
  const key = { keyId, teamId: place.teamId };
  const who = await identify(deps, click.person, key.teamId);
  if (!('userId' in who)) return UNKNOWN_PERSON[who.unknown];
  const asOf = deps.store.clock.now();
  const actor = { type: 'person', userId: who.userId } as const;
  const cause = { actor, source: 'slack', requestId: null, asOf } as const;
  let said: string | null = null;
  try {
    if (act === 'keep') {
      await keepAccessKey(deps.store, cause, key);
      await deps.processes.keysChanged(key.teamId);
    } else {
      await revokeAccessKey(deps.store, cause, key);
      // No process serves it from memory any more when the card says so.
      await sleep(KEY_MEMORY_MS);
    }
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === 'unavailable') throw error;
    if (error.code === 'not_found') return 'This access key is no longer there.';
    said = error.message;
    if (error.code === 'forbidden') return said;
  }
  await redraw(deps, click, key);
  return said;
}

async function redraw(
  deps: BotDeps,
  { place: { channel, slackTeamId }, ts }: Click,
  key: KeyRef,
): Promise<void> {
  if (channel === null || ts === null) return;
  const asOf = deps.store.clock.now();
  const {
    key: row,
    element,
    end,
  } = await deps.store.inTeam(key.teamId, (tx) => shownKey(tx, { id: key.keyId, teamId: key.teamId }, asOf));
  const idleSince = row.idleSince.getTime();
  const life = { idleSince, endReason: row.endReason };
  const drawn = keySettled({
    ...{ elementName: element.name, tail: row.tail, end },
    state: keyState(life, end.getTime() - idleSince, asOf.getTime()),
    url: new URL(`/e/${element.id}`, deps.config.publicUrl).href,
  });
  try {
    const client = await deps.slack.clientFor(slackTeamId);
    await client?.chat.update({ channel, ts, text: drawn.text, blocks: drawn.blocks });
  } catch (error) {
    // What was done stands; a click on a button that is left shows the same again.
    deps.log.warn({ failure: slackFailure(error) }, 'a key’s warning could not be redrawn');
  }
}
