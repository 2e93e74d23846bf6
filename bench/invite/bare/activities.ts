import { randomBytes } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { Transporter } from 'nodemailer';
import { MAIN_QUEUE, RUNS, type Flow } from './contract';
import type { Rows } from './rows';

/** The product's activities without what they are for: their writes and their mails. */
export function createBareActivities(rows: Rows, mail: Transporter, client: Client) {
  const send = async (to: string, path: string): Promise<void> => {
    const url = `http://bare.example/${path}`;
    const text = `Somebody shared something with somebody, and this is the link:\n\n${url}\n`;
    await mail.sendMail({ to, subject: 'Something was shared', text, html: `<p>${text}</p>` });
  };
  return {
    async startInvites(flow: Flow): Promise<void> {
      await client.workflow.start('bareInvite', {
        workflowId: `${RUNS.invite}${flow.id}`,
        taskQueue: MAIN_QUEUE,
        args: [flow],
      });
      await rows.write(flow.id, 'started');
    },
    async load({ id }: Flow): Promise<string | null> {
      return rows.read(id);
    },
    async ask({ id, approver }: Flow): Promise<void> {
      await rows.write(id, 'ask');
      await send(approver, `approvals/${id}`);
    },
    async decide({ id }: Flow): Promise<string> {
      await rows.write(id, 'decide');
      return 'approved';
    },
    async sendInvitation({ id, guest }: Flow): Promise<void> {
      const token = randomBytes(32).toString('base64url');
      await rows.keepLink(token, id);
      await send(guest, `invitations/${token}`);
      await rows.write(id, 'send');
    },
    async accept({ id }: Flow): Promise<string> {
      await rows.write(id, 'accept');
      return 'accepted';
    },
    async tellApproved({ id, requester }: Flow): Promise<void> {
      await rows.write(id, 'tellApproved');
      await send(requester, `approvals/${id}`);
    },
    async tellAccepted({ id, requester, approver }: Flow): Promise<void> {
      await rows.write(id, 'tellAccepted');
      await send(requester, `approvals/${id}`);
      await send(approver, `approvals/${id}`);
    },
    /** What the product looks up and finds nothing to do for. */
    async look({ id }: Flow): Promise<string | null> {
      return rows.read(id);
    },
  };
}

export type BareActivities = ReturnType<typeof createBareActivities>;
