import { v7 as uuid } from 'uuid';
import { MANY_KEYS } from '../../domain/access-key';
import type { TeamPolicy } from '../../domain/policy';
import type { Cause } from '../../domain/actor';
import { besideDeciding, type Besides } from '../../operations/beside-deciding';
import { createAccessKey } from '../../operations/create-access-key';
import { delegate } from '../../operations/delegate';
import { deleteElement } from '../../operations/delete-element';
import { cancelAccessChange, confirmAccessChange } from '../../operations/end-access-change';
import { setNotificationPreferences } from '../../operations/set-notification-preferences';
import { updateTeam } from '../../operations/update-team';
import { Team, TeamSlack, type User } from '../../store/models';
import { accessChangeWorkflowId } from '../../workflows/contracts/access-change';
import { heldNoticesWorkflowId } from '../../workflows/contracts/held-notices';
import { keyringWorkflowId } from '../../workflows/contracts/keyring';
import { inviteWorkflowId } from '../../workflows/contracts/invite';
import { shareWorkflowId } from '../../workflows/contracts/share';
import { manyGuests } from '../support/many-guests';
import {
  askToEdit,
  decideAs,
  requestOf,
  shareWith,
  sharingWorld,
  type SharingWorld,
} from '../support/sharing-world';
import { byPerson, worldOf } from '../support/world';
import { eventually, type WorkflowWorld } from '../support/workflow-world';

/** A workflow's newest run, by the workflow's id, or an earlier one. */
export type Played = string | { readonly workflowId: string; readonly runId: string };

/** A run to record. `play` brings it to its end, or to where it waits, and says which it is. */
export interface Scenario {
  readonly workflow: 'access-change' | 'held-notices' | 'invite' | 'keyring' | 'share';
  readonly name: string;
  readonly play: (world: WorkflowWorld) => Promise<Played>;
}

interface Asked {
  readonly team: SharingWorld;
  readonly invited: User;
  readonly ref: { readonly approvalId: string; readonly teamId: string };
  readonly id: string;
}

const by = (userId: string) => ({ userId, via: 'web', requestId: null }) as const;

async function ask(world: WorkflowWorld, policy: Partial<TeamPolicy> = {}): Promise<Asked> {
  const team = await sharingWorld(world.store, { seats: 3, policy });
  const invited = await worldOf(world.store).user();
  const to = { email: invited.email };
  const approvalId = requestOf(await shareWith(world.store, team, to, { asOf: await world.now() }));
  const ref = { approvalId, teamId: team.team.id };
  await world.processes.startInvite(ref);
  return { team, invited, ref, id: inviteWorkflowId(approvalId) };
}

async function decide(
  world: WorkflowWorld,
  { team, ref }: Asked,
  verdict: 'approve' | 'deny',
): Promise<void> {
  const decider = { userId: team.admin.id, asOf: await world.now(), ...ref };
  await decideAs(world.store, world.processes, decider, { verdict, reason: 'because' });
}

const becomes = (world: WorkflowWorld, { ref }: Asked, state: string) =>
  eventually(async () => (await world.invitation(ref.teamId, ref.approvalId)).state === state);

/** Makes a key and tells the team's keyring. @returns the run's id */
async function makeKey(world: WorkflowWorld, { team, element, sharer }: SharingWorld): Promise<string> {
  const key = { id: uuid(), elementId: element.id, teamId: team.id, name: null };
  await createAccessKey(world.store, byPerson(sharer.id, await world.now()), key);
  await world.processes.keysChanged(team.id);
  return keyringWorkflowId(team.id);
}

/** A team with many keys, one of them past its end, another ends in less than a minute. @returns the run that ended it, once another goes on */
async function endedOneOfMany(world: WorkflowWorld): Promise<Played> {
  const { team, element, sharer } = await sharingWorld(world.store, { policy: { keyWarnings: [] } });
  const now = await world.now();
  await world.store.inTeam(team.id, (tx) =>
    tx.raw(
      `insert into access_keys (id, team_id, element_id, hash, tail, created_by, created_at, idle_since, keyring_told_at)
       select gen_random_uuid(), :teamId, :elementId, sha256(nth::text::bytea), 'tail', :userId, since, since, since
         from generate_series(0, :living) nth,
              lateral (select cast(:now as timestamptz) - interval '60 days'
                                + interval '1 second' * case nth when 0 then -1 when 1 then 40 else 86400 end as since) s`,
      { teamId: team.id, elementId: element.id, userId: sharer.id, now, living: MANY_KEYS + 1 },
    ),
  );
  await world.processes.keysChanged(team.id);
  const workflowId = keyringWorkflowId(team.id);
  const { workflow } = world.environment.client;
  const { raw, runId } = await workflow.getHandle(workflowId).describe();
  const first = raw.workflowExecutionInfo?.firstRunId || runId;
  // It gathers what becomes due for a minute before it goes on.
  const isOver = async () =>
    (await workflow.getHandle(workflowId, first).describe()).status.name === 'CONTINUED_AS_NEW';
  await eventually(isOver, 120_000);
  return { workflowId, runId: first };
}

async function toldAndInvited(world: WorkflowWorld): Promise<string> {
  const team = await sharingWorld(world.store);
  const member = await worldOf(world.store).member(team.team.id, ['developer']);
  const share = await shareWith(
    world.store,
    team,
    [{ userId: member.id }, { email: `new-${uuid()}@example.test` }],
    { asOf: await world.now() },
  );
  await world.processes.startShare({ shareId: share.id, teamId: team.team.id });
  await world.result(shareWorkflowId(share.id));
  return shareWorkflowId(share.id);
}

/** Shares with a member whose quiet hours end with the next minute but one. @returns the id of the run that waits for it */
async function toldInQuietHours(world: WorkflowWorld): Promise<string> {
  const team = await sharingWorld(world.store);
  const { id: teamId } = team.team;
  const member = await worldOf(world.store).member(teamId, ['developer']);
  const asOf = await world.now();
  const clock = (ms: number) => new Date(asOf.getTime() + ms).toISOString().slice(11, 16);
  const quietHours = { from: clock(-3_600_000), to: clock(70_000), timeZone: 'UTC' };
  await setNotificationPreferences(world.store, member.id, { topics: {}, quietHours });
  const { id: shareId } = await shareWith(world.store, team, { userId: member.id }, { asOf });
  await world.processes.startShare({ shareId, teamId });
  await world.result(shareWorkflowId(shareId));
  await world.processes.noticesHeld(teamId);
  await world.result(heldNoticesWorkflowId(teamId));
  return heldNoticesWorkflowId(teamId);
}

/** Deletes the collection of this many guests, in a team with this cap, and begins the operation's run. */
async function lost(
  world: WorkflowWorld,
  guests: number,
  removalCap: number,
): Promise<{ readonly by: () => Promise<Cause>; readonly ref: { operationId: string; teamId: string } }> {
  const { team, element, sharer } = await sharingWorld(world.store, { policy: { removalCap } });
  await manyGuests(world.store, team.id, [element.id], guests);
  const by = async () => byPerson(sharer.id, await world.now());
  const operationId = uuid();
  const input = { id: operationId, teamId: team.id, elementId: element.id };
  await deleteElement(world.store, await by(), input);
  const ref = { operationId, teamId: team.id };
  await world.processes.accessChanged(ref);
  return { by, ref };
}

async function ended(world: WorkflowWorld, operationId: string): Promise<string> {
  const id = accessChangeWorkflowId(operationId);
  await world.result(id);
  return id;
}

/** A guest asks to become Editor; an Editor and then a Team Admin agree. */
async function editorAndAdminAgree(world: WorkflowWorld): Promise<string> {
  const team = await sharingWorld(world.store);
  const { approvalId } = await askToEdit(world.store, team, await world.now());
  const ref = { approvalId, teamId: team.team.id };
  await world.processes.startInvite(ref);
  for (const { id: userId } of [team.sharer, team.admin]) {
    const decider = { userId, asOf: await world.now(), ...ref };
    await decideAs(world.store, world.processes, decider, { verdict: 'approve' });
  }
  await world.ending(approvalId);
  return inviteWorkflowId(approvalId);
}

/** A guest asks to become Editor, and nobody decides. */
async function nobodyDecides(world: WorkflowWorld): Promise<string> {
  const policy = { approvalReminders: ['PT1S'], escalateAfter: 'PT2S', accessRequestExpiry: 'PT3S' };
  const team = await sharingWorld(world.store, { policy });
  const { approvalId } = await askToEdit(world.store, team, await world.now());
  await world.processes.startInvite({ approvalId, teamId: team.team.id });
  await world.ending(approvalId);
  return inviteWorkflowId(approvalId);
}

/** A scenario of an invite, from the question until its run has ended. */
const asked = (
  name: string,
  goesOn: (world: WorkflowWorld, request: Asked) => Promise<unknown>,
  policy: Partial<TeamPolicy> = {},
): Scenario => ({
  ...{ workflow: 'invite', name },
  play: async (world) => {
    const request = await ask(world, policy);
    await goesOn(world, request);
    await world.ending(request.ref.approvalId);
    return request.id;
  },
});

async function approveAndSend(world: WorkflowWorld, request: Asked): Promise<void> {
  await decide(world, request, 'approve');
  await becomes(world, request, 'sent');
}

const accept = (world: WorkflowWorld, { ref, invited }: Asked) => world.processes.accept(ref, by(invited.id));

/** What is recorded. To record: `npm run histories -- <name>`. */
export const SCENARIOS: readonly Scenario[] = [
  { workflow: 'invite', name: 'access-request-approved-by-two', play: editorAndAdminAgree },
  { workflow: 'invite', name: 'access-request-expired', play: nobodyDecides },
  { workflow: 'keyring', name: 'ended-one-of-many-then-gathered', play: endedOneOfMany },
  {
    workflow: 'keyring',
    name: 'ended-with-the-last-key',
    play: async (world) => {
      const team = await sharingWorld(world.store, {
        policy: { keyInactivity: 'PT3S', keyWarnings: ['PT1S'] },
      });
      const id = await makeKey(world, team);
      await world.result(id);
      return id;
    },
  },
  {
    workflow: 'keyring',
    name: 'told-in-slack-too',
    play: async (world) => {
      const team = await sharingWorld(world.store, {
        policy: { keyInactivity: 'PT3S', keyWarnings: ['PT1S'] },
      });
      const slack = { teamId: team.team.id, slackTeamId: 'T1', approvalsChannel: 'C1' };
      await world.store.inTeam(team.team.id, (tx) =>
        TeamSlack.query(tx).insert({ ...slack, updatedAt: new Date() }),
      );
      const id = await makeKey(world, team);
      await world.result(id);
      return id;
    },
  },
  {
    workflow: 'keyring',
    name: 'waits-and-is-told-of-another-key',
    play: async (world) => {
      const team = await sharingWorld(world.store);
      const id = await makeKey(world, team);
      const handle = world.environment.client.workflow.getHandle(id);
      const timers = async () =>
        (await handle.fetchHistory()).events?.filter((event) => event.timerStartedEventAttributes).length ??
        0;
      await eventually(async () => (await timers()) === 1);
      await makeKey(world, team);
      await eventually(async () => (await timers()) === 2);
      return id;
    },
  },
  asked('accepted', async (world, request) => {
    await approveAndSend(world, request);
    await accept(world, request);
  }),
  asked('denied', async (world, request) => {
    await decide(world, request, 'deny');
  }),
  asked('withdrawn', async (world, request) => {
    await world.processes.withdraw(request.ref, by(request.team.sharer.id));
  }),
  asked('expired-after-reminders', () => Promise.resolve(), {
    approvalReminders: ['PT1S', 'PT2S'],
    approvalExpiry: 'PT3S',
  }),
  asked('resent-then-cancelled', async (world, request) => {
    await approveAndSend(world, request);
    await world.processes.resend(request.ref, by(request.team.sharer.id));
    await becomes(world, request, 'sent');
    await world.processes.cancel(request.ref, by(request.team.admin.id));
  }),
  asked('waited-for-seat', async (world, request) => {
    const seats = (count: number) =>
      world.store.inTeam(request.ref.teamId, (tx) =>
        Team.query(tx).findById(request.ref.teamId).patch({ seats: count }),
      );
    await approveAndSend(world, request);
    await seats(2);
    await accept(world, request);
    await seats(3);
    await world.processes.seatMayBeFree(request.ref.teamId);
    await becomes(world, request, 'sent');
    await accept(world, request);
  }),
  {
    workflow: 'invite',
    name: 'mail-failed-still-open',
    play: async (world) => {
      const request = await ask(world);
      world.faults.mail = true;
      await decide(world, request, 'approve');
      await becomes(world, request, 'failed');
      return request.id;
    },
  },
  asked('merged-then-denied', async (world, request) => {
    const mailed = (to: string) => () => Promise.resolve(world.outbox.some((mail) => mail.to === to));
    await eventually(mailed(request.team.admin.email));
    // Who has no seat of their own leaves one for the person whom they ask for.
    const other = await worldOf(world.store).member(request.ref.teamId, ['billing']);
    await worldOf(world.store).elementRole(request.team.element, other.id, 'viewer');
    const to = { email: request.invited.email };
    await shareWith(world.store, request.team, to, { asOf: await world.now(), by: other });
    await world.processes.requestChanged(request.ref.approvalId);
    await eventually(mailed(other.email));
    await decide(world, request, 'deny');
  }),
  asked(
    'escalated-then-approved',
    async (world, request) => {
      await eventually(() =>
        Promise.resolve(world.outbox.some(({ to }) => to === 'last-resort@example.test')),
      );
      await approveAndSend(world, request);
      await accept(world, request);
    },
    { approvalReminders: ['PT1S', 'PT2S'], escalateAfter: 'PT3S' },
  ),
  asked('nudged-and-claimed-then-approved', async (world, request) => {
    const { approvalId, teamId } = request.ref;
    const beside = async (userId: string, besides: Besides) => {
      const at = { approvalId, teamId, lineId: uuid() };
      await besideDeciding(world.store, byPerson(userId, await world.now()), at, besides);
      await world.processes.requestChanged(approvalId);
    };
    const drawn = (rounds: number) => eventually(() => Promise.resolve(world.drawn.length >= rounds));
    await drawn(1);
    await beside(request.team.sharer.id, { act: 'nudge' });
    await drawn(2);
    await beside(request.team.admin.id, { act: 'claim' });
    await drawn(3);
    await beside(request.team.sharer.id, { act: 'comment', text: 'She starts on Monday.' });
    await drawn(4);
    await approveAndSend(world, request);
    await accept(world, request);
  }),
  asked('decided-by-delegate', async (world, request) => {
    const { id: teamId } = request.team.team;
    const delegateOf = await worldOf(world.store).member(teamId, ['billing']);
    const now = await world.now();
    const from = new Date(now.getTime() + 1_000);
    await delegate(world.store, byPerson(request.team.admin.id, now), {
      ...{ id: uuid(), teamId, toUserId: delegateOf.id, from, until: new Date(from.getTime() + 3_600_000) },
    });
    await world.processes.requestChanged(request.ref.approvalId);
    await eventually(() => Promise.resolve(world.outbox.some(({ to }) => to === delegateOf.email)));
    const decider = { userId: delegateOf.id, asOf: await world.now(), ...request.ref };
    await decideAs(world.store, world.processes, decider, { verdict: 'deny', reason: 'because' });
  }),
  asked(
    'never-mailed-expired',
    async (world, request) => {
      world.faults.mail = true;
      await decide(world, request, 'approve');
      await becomes(world, request, 'failed');
      await eventually(
        async () => (await world.invitation(request.ref.teamId, request.ref.approvalId)).state === 'expired',
        30_000,
      );
      world.faults.mail = false;
    },
    { invitationExpiry: 'PT8S' },
  ),
  asked('given-a-seat-by-another', async (world, request) => {
    const { teamId } = request.ref;
    await approveAndSend(world, request);
    const operator = (asOf: Date) => ({ ...byPerson('', asOf), actor: { type: 'operator' } as const });
    await updateTeam(world.store, operator(await world.now()), { teamId, seats: 2 });
    await accept(world, request);
    await updateTeam(world.store, operator(await world.now()), { teamId, seats: 3 });
    await world.processes.seatMayBeFree(teamId);
    await becomes(world, request, 'sent');
    await accept(world, request);
  }),
  {
    workflow: 'access-change',
    name: 'written-off-in-pages',
    play: async (world) => {
      const { ref } = await lost(world, 1_100, 10_000);
      return ended(world, ref.operationId);
    },
  },
  {
    // The one before looked its rows up after each page.
    workflow: 'access-change',
    name: 'written-off-by-counts',
    play: async (world) => {
      const { ref } = await lost(world, 1_100, 10_000);
      return ended(world, ref.operationId);
    },
  },
  {
    workflow: 'access-change',
    name: 'confirmed',
    play: async (world) => {
      const { by, ref } = await lost(world, 2, 1);
      await confirmAccessChange(world.store, await by(), ref);
      await world.processes.accessChanged(ref);
      return ended(world, ref.operationId);
    },
  },
  {
    workflow: 'access-change',
    name: 'cancelled',
    play: async (world) => {
      const { by, ref } = await lost(world, 2, 1);
      await cancelAccessChange(world.store, await by(), ref);
      await world.processes.accessChanged(ref);
      return ended(world, ref.operationId);
    },
  },
  { workflow: 'share', name: 'told-and-invited', play: toldAndInvited },
  { workflow: 'held-notices', name: 'sent-when-quiet-hours-ended', play: toldInQuietHours },
  // Notices in pages; the other was recorded when one step told all.
  { workflow: 'share', name: 'told-in-pages', play: toldAndInvited },
];
