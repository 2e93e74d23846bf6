import { Delivery, Notification } from '../../store/models';
import { inviteWorkflowId } from '../../workflows/contracts/invite';
import { aliveRequests, letTimePass, type InviteModel } from './invite-model';
import { checkRows, newReal, type InviteClock, type InviteReal } from './invite-real';
import type { WorkflowWorld } from './workflow-world';

/** Real runs follow a command within a second; a machine that has much else to do takes longer. */
const FOLLOW_WITHIN_MS = 20_000;

/** A team whose requests are runs, on the server whose time is skipped. */
export async function newRuns(world: WorkflowWorld): Promise<InviteReal> {
  const { store, processes } = world;
  const ended = new Set<string>();
  return newReal({
    ...{ store, processes, clock: await skippedClock(world) },
    check: (real, model) =>
      soon(async () => {
        await checkRows(real, model);
        await checkTold(world, real, model);
        await checkRuns(world, model, ended);
      }),
  });
}

/** The server's clock. It goes on by itself, too: the model takes over what it says. */
async function skippedClock({ now, pass, passUntil }: WorkflowWorld): Promise<InviteClock> {
  const start = (await now()).getTime();
  return {
    ...{ start, pass, hasRuns: true },
    nextInstant: async (model) => {
      const at = await now();
      letTimePass(model, at.getTime() - start);
      return at;
    },
    passUntil: (at) => passUntil(new Date(start + at)),
  };
}

/** What went out by mail is what the model told, each once; and who is told in the app, too, was told so once. */
async function checkTold(
  world: WorkflowWorld,
  { world: { team } }: InviteReal,
  model: InviteModel,
): Promise<void> {
  const { deliveries, notices } = await world.store.inTeam(team.id, async (tx) => ({
    deliveries: await Delivery.query(tx).where({ teamId: team.id }),
    notices: await Notification.query(tx).where({ teamId: team.id }),
  }));
  const keys = new Map(deliveries.map(({ id, dedupeKey }) => [id, dedupeKey]));
  const mailed = world.outbox.flatMap(({ messageId }) => keys.get(messageId?.split('@')[0] ?? '') ?? []);
  const told = [...model.told].sort();
  expect(mailed.sort()).toEqual(told);
  expect(notices.map(({ dedupeKey }) => dedupeKey).sort()).toEqual(
    told.filter((key) => key.startsWith('outcome:') || key.startsWith('share:')),
  );
}

/** A run has ended exactly when its request is over. @param ended those that are known to have */
async function checkRuns(
  { environment }: WorkflowWorld,
  model: InviteModel,
  ended: Set<string>,
): Promise<void> {
  const alive = aliveRequests(model);
  for (const id of model.requestIds) {
    if (ended.has(id)) continue;
    const { status } = await environment.client.workflow.getHandle(inviteWorkflowId(id)).describe();
    expect([id, status.name]).toEqual([id, alive.has(id) ? 'RUNNING' : 'COMPLETED']);
    if (!alive.has(id)) ended.add(id);
  }
}

/** Waits until an expectation holds. @throws what it says in the end */
async function soon(expectation: () => Promise<void>): Promise<void> {
  const end = Date.now() + FOLLOW_WITHIN_MS;
  for (;;) {
    try {
      await expectation();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}
