import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { RestError, type Rest } from '../../embedded/rest';
import type { MailSink } from './mail-sink';

/** One side of the comparison: the product or the bare flow. Both speak the same calls and mails. */
export interface Side {
  readonly name: string;
  /** The ids of its runs: these before the ids of their rows. */
  readonly runs: { readonly share: string; readonly invite: string };
  /** Brings what flows need before they are measured: people, and what they share. */
  guests(count: number): Promise<readonly Guest[]>;
}

/** Somebody outside who will be let in, and the people who do it. */
export interface Guest {
  readonly email: string;
  readonly elementId: string;
  readonly approverEmail: string;
  readonly sharer: Rest;
  readonly approver: Rest;
  readonly self: Rest;
}

/** When each step of a flow was there, ms since its start. */
export interface Times {
  /** The request is made. */
  readonly requested: number;
  /** The approver has the mail that asks. */
  readonly asked: number;
  readonly approved: number;
  /** The invited person has the link. */
  readonly invited: number;
  /** They are in, with their roles. */
  readonly applied: number;
  /** The run is over. */
  readonly closed: number;
}

/** Each takes as long as the API waits for Temporal. */
const TRIES = 3;

interface ShareAnswer {
  readonly id: string;
  readonly recipients: readonly { readonly outcome: string; readonly inviteId?: string }[];
}

/**
 * One flow from the request until its runs are over, as its people make it: each step as soon as the one before is there.
 * @throws Error when anything went otherwise than it should
 */
export async function flow(side: Side, guest: Guest, client: Client, sink: MailSink): Promise<Times> {
  const { email, elementId, approverEmail, sharer, approver, self } = guest;
  const began = performance.now();
  const since = (): number => performance.now() - began;
  const share = await sharer.post<ShareAnswer>(`/v1/elements/${elementId}/shares`, {
    recipients: [{ email, role: 'viewer' }],
  });
  const requested = since();
  const id = share.recipients[0]?.inviteId;
  if (id === undefined) throw new Error(`${side.name}: nobody is asked: ${JSON.stringify(share)}`);
  await sink.link(approverEmail, `approvals/${id}`);
  const asked = since();
  await insist(approver, `/v1/approvals/${id}/decision`, { decision: 'approve' });
  const approved = since();
  const token = await sink.link(email, 'invitations');
  const invited = since();
  await insist(self, '/v1/invitations/accept', { token });
  const applied = since();
  const [result] = await Promise.all([
    client.workflow.getHandle(`${side.runs.invite}${id}`).result() as Promise<{ invitation?: string }>,
    client.workflow.getHandle(`${side.runs.share}${share.id}`).result(),
  ]);
  if (result.invitation !== 'accepted') throw new Error(`${side.name}: ${JSON.stringify(result)}`);
  return { requested, asked, approved, invited, applied, closed: since() };
}

/** An answer that is not known is asked for again under the same key, as REST tells its callers to do. */
async function insist(rest: Rest, path: string, body: unknown): Promise<void> {
  const key = randomUUID();
  for (let tries = 1; ; tries += 1) {
    try {
      await rest.post(path, body, key);
      return;
    } catch (error) {
      if (!(error instanceof RestError) || error.status !== 503 || tries === TRIES) throw error;
    }
  }
}
