import { allHandlersFinished, condition, proxyActivities, setHandler } from '@temporalio/workflow';
import type { BareActivities } from './activities';
import { accept, BESIDE_QUEUE, decide, type Flow } from './contract';

const options = { startToCloseTimeout: '30s', heartbeatTimeout: '10s' } as const;
const main = proxyActivities<BareActivities>(options);
const beside = proxyActivities<BareActivities>({ ...options, taskQueue: BESIDE_QUEUE });

/** What follows a share, with as many hops as the product's run of that name. */
export async function bareShare(flow: Flow): Promise<void> {
  await main.startInvites(flow);
  await main.look(flow);
  const slack = async (): Promise<void> => {
    await beside.look(flow);
    await beside.look(flow);
  };
  await Promise.all([main.look(flow), slack()]);
}

/** One request from asking to the acceptance: the product's hops in the product's order, and nothing else. */
export async function bareInvite(flow: Flow): Promise<{ invitation: string }> {
  let state = 'pending';
  let told: Promise<unknown> = Promise.resolve();
  setHandler(decide, async () => (state = await main.decide(flow)));
  setHandler(accept, async () => (state = await main.accept(flow)));
  // Cards and mails go beside the flow, one after the other.
  const tell = (then?: () => Promise<void>): void => {
    told = told.then(() => beside.look(flow)).then(() => then?.());
  };
  await main.load(flow);
  tell(() => main.ask(flow));
  await condition(() => state !== 'pending', '3d');
  await main.load(flow);
  tell(() => main.tellApproved(flow));
  await main.sendInvitation(flow);
  await main.load(flow);
  tell();
  await condition(() => state === 'accepted', '14d');
  await main.load(flow);
  tell(() => main.tellAccepted(flow));
  await told;
  await condition(allHandlersFinished);
  return { invitation: state };
}
