import type { BotDeps } from './deps';

/** Where to say something to one person alone. */
export interface NotePlace {
  readonly responseUrl: string | null;
  readonly slackTeamId: string;
  readonly channel: string | null;
  readonly slackUserId: string;
  /** The thread that it is said in, where it answers something that was said there. */
  readonly threadTs?: string;
}

/** A response_url that does not answer at once is passed over. */
const WITHIN_MS = 5_000;

/** Says something privately: by the click's response_url, which needs no token, else as an ephemeral message. */
export async function notePrivately(deps: BotDeps, place: NotePlace, text: string): Promise<void> {
  const { responseUrl, slackTeamId, channel, slackUserId: user, threadTs } = place;
  try {
    if (responseUrl !== null && (await answerTo(responseUrl, text))) return;
    const client = await deps.slack.clientFor(slackTeamId);
    const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
    if (channel !== null) await client?.chat.postEphemeral({ channel, user, text, ...thread });
  } catch (error) {
    // The decision stands whether or not this reaches them; the card shows it.
    deps.log.warn({ err: error }, 'a private note did not reach its reader');
  }
}

async function answerTo(url: string, text: string): Promise<boolean> {
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'error',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, text }),
    signal: AbortSignal.timeout(WITHIN_MS),
  }).catch(() => null);
  return response?.ok === true;
}
