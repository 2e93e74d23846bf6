import fc from 'fast-check';
import { v7 as uuid } from 'uuid';
import type { Cause } from '../../domain/actor';
import type { DecisionOutcome } from '../../domain/approval';
import { changeMemberRoles } from '../../operations/change-member-roles';
import { decideApproval } from '../../operations/decide-approval';
import { deleteElement } from '../../operations/delete-element';
import { removeMember } from '../../operations/remove-member';
import { updateTeam } from '../../operations/update-team';
import { Approval, ApprovalEvent, Invitation, type Element, type User } from '../../store/models';
import { attemptOf } from '../support/attempts';
import { openTestStore, type TestStore } from '../support/database';
import { requestOf, sharingWorld, shareWith, type SharingWorld } from '../support/sharing-world';
import { byPerson, worldOf } from '../support/world';

const ROUNDS = 50;
/** Fifty rounds of some ten transactions, each up to 200 ms on a busy machine. A stall fails sooner, by its statement. */
jest.setTimeout(120_000);

/** One round: a request, who decides on it and who asked, all of this round alone where the other side takes them away. */
interface Round {
  readonly approvalId: string;
  readonly decider: User;
  readonly asker: User;
  readonly element: Element;
}

/** How a race may end: what the decider is told, with the state and the close reason of the request. */
type Ending = readonly [DecisionOutcome, Approval['state'], Approval['closeReason']];

describe('an approval on real Postgres, against', () => {
  let store: TestStore;
  let world: SharingWorld;
  let teamId: string;

  beforeAll(async () => {
    store = await openTestStore();
  });
  afterAll(() => store.close());

  const operator = (): Cause => ({
    ...{ actor: { type: 'operator' }, source: 'api', requestId: null, asOf: new Date() },
  });
  const CASES: readonly (readonly [string, (round: Round) => Promise<unknown>, readonly Ending[]])[] = [
    [
      'the demotion of the approver (INVITE-3)',
      ({ decider }) =>
        changeMemberRoles(store, byPerson(world.admin.id), {
          teamId,
          userId: decider.id,
          roles: ['billing'],
        }),
      [
        ['approved', 'approved', null],
        ['not_an_approver', 'pending', null],
      ],
    ],
    [
      'the removal of the approver (INVITE-3, TEAM-8)',
      ({ decider }) =>
        removeMember(store, byPerson(world.admin.id), { id: uuid(), teamId, userId: decider.id }),
      [
        ['approved', 'approved', null],
        ['not_an_approver', 'pending', null],
      ],
    ],
    [
      'the removal of whoever asked (INVITE-12)',
      ({ asker }) => removeMember(store, byPerson(world.admin.id), { id: uuid(), teamId, userId: asker.id }),
      [
        ['approved', 'approved', null],
        ['already_closed', 'closed', 'requester_gone'],
      ],
    ],
    [
      'the demotion of whoever asked: what they asked for stays (INVITE-12)',
      ({ asker }) =>
        changeMemberRoles(store, byPerson(world.admin.id), { teamId, userId: asker.id, roles: ['billing'] }),
      [['approved', 'approved', null]],
    ],
    [
      'the end of the element (INVITE-12)',
      ({ element }) =>
        deleteElement(store, byPerson(world.admin.id), { id: uuid(), elementId: element.id, teamId }),
      [
        ['approved', 'approved', null],
        ['already_closed', 'closed', 'element_gone'],
      ],
    ],
    [
      'a change of plan and policy: those of the request are pinned (INVITE-1, INVITE-13)',
      async () => {
        await updateTeam(store, operator(), { teamId, plan: 'free', policy: { approvalsRequired: 2 } });
        await updateTeam(store, operator(), { teamId, plan: 'enterprise', policy: { approvalsRequired: 1 } });
      },
      [['approved', 'approved', null]],
    ],
    [
      'the loss of the last seat (INVITE-2)',
      async () => updateTeam(store, operator(), { teamId, seats: 0 }),
      [
        ['approved', 'approved', null],
        ['no_seats', 'pending', null],
      ],
    ],
  ];

  it.each(CASES)(
    `%s, ${ROUNDS} times: one outcome, and everybody hears the truth`,
    async (_, against, endings) => {
      world = await sharingWorld(store, { seats: 1_000 });
      teamId = world.team.id;
      await worldOf(store).workspaceRole(world.workspace, world.admin.id, 'admin');
      await fc.assert(
        fc.asyncProperty(fc.boolean(), fc.nat(12), async (deciderFirst, pauseMs) => {
          await updateTeam(store, operator(), { teamId, seats: 1_000 });
          const round = await newRound();
          const attemptId = await attemptOf(store, {
            ...{ teamId, approvalId: round.approvalId, userId: round.decider.id, verdict: 'approve' },
          });
          const pause = (isLater: boolean) => new Promise((go) => setTimeout(go, isLater ? pauseMs : 0));
          const [{ outcome }] = await Promise.all([
            pause(!deciderFirst).then(() => decideApproval(store, { attemptId, asOf: new Date() })),
            pause(deciderFirst).then(() => against(round)),
          ]);
          const { approval, events, invitation } = await standing(round.approvalId);
          const ending: Ending = [outcome, approval.state, approval.closeReason];
          expect(endings).toContainEqual(ending);
          // The timeline, the card's source, tells of the one outcome and of no other.
          const told = events.filter((type) => ['approved', 'denied', 'closed'].includes(type));
          expect(told).toEqual(approval.state === 'pending' ? [] : [approval.state]);
          expect(invitation === undefined).toBe(approval.state !== 'approved');
        }),
        { seed: Date.now() % 0x7fffffff, numRuns: ROUNDS, endOnFailure: true },
      );
    },
  );

  async function newRound(): Promise<Round> {
    const made = worldOf(store);
    const decider = await made.member(teamId, ['admin']);
    const asker = await made.member(teamId, ['developer']);
    const element = await made.element(world.workspace);
    await made.elementRole(element, asker.id, 'editor');
    const share = await shareWith(
      store,
      { ...world, element, sharer: asker },
      { email: `x-${uuid()}@partner.test` },
      { asOf: new Date() },
    );
    return { approvalId: requestOf(share), decider, asker, element };
  }

  function standing(approvalId: string) {
    return store.inTeam(teamId, async (tx) => ({
      approval: await Approval.query(tx).findById(approvalId).throwIfNotFound(),
      events: (await ApprovalEvent.query(tx).where({ approvalId })).map(({ type }) => type),
      invitation: await Invitation.query(tx).findById(approvalId),
    }));
  }
});
