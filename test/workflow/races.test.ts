import fc from 'fast-check';
import { v7 as uuid } from 'uuid';
import { Refusal } from '../../domain/refusal';
import { updateTeam } from '../../operations/update-team';
import { Invitation, Member, type User } from '../../store/models';
import { decideAs, requestOf, shareWith, sharingWorld } from '../support/sharing-world';
import { byPerson, worldOf } from '../support/world';
import { eventually, openWorkflowWorld, type WorkflowWorld } from '../support/workflow-world';

const ROUNDS = 50;
/** Fifty runs with some ten activities each take a minute beside other tests; a stall fails sooner, by its statement. */
jest.setTimeout(300_000);

describe('races on real Temporal and Postgres', () => {
  let world: WorkflowWorld;

  beforeAll(async () => {
    world = await openWorkflowWorld();
  }, 60_000);
  afterAll(() => world.close());
  afterEach(() => world.reset());

  const by = (userId: string) => ({ userId, via: 'web', requestId: null }) as const;

  it('of fifty who accept at once for five seats five come in, and the others wait (INVITE-2, TEAM-3)', async () => {
    const team = await sharingWorld(world.store, { seats: ROUNDS + 2 });
    const teamId = team.team.id;
    const invited: { user: User; approvalId: string }[] = [];
    for (let nth = 0; nth < ROUNDS; nth += 1) {
      const user = await worldOf(world.store).user();
      const asOf = await world.now();
      const approvalId = requestOf(
        await shareWith(world.store, team, { email: user.email }, { asOf, by: team.admin }),
      );
      invited.push({ user, approvalId });
    }
    await Promise.all(invited.map(({ approvalId }) => world.processes.startInvite({ approvalId, teamId })));
    const states = async () => {
      const rows = await world.store.inTeam(teamId, (tx) => Invitation.query(tx).where({ teamId }));
      return rows.map(({ state }) => state);
    };
    await eventually(async () => (await states()).every((state) => state === 'sent'), 60_000);
    const operator = { ...byPerson(team.admin.id), actor: { type: 'operator' } as const };
    await updateTeam(world.store, operator, { teamId, seats: 7 });
    // “Not known yet” is an answer that a crowd may get: whoever gets it asks again, as a program does with its key.
    const accept = async (one: (typeof invited)[number], callId = uuid(), tries = 20): Promise<string> => {
      const ref = { approvalId: one.approvalId, teamId };
      const outcome = await world.processes.accept(ref, by(one.user.id), callId).catch(unlessUnavailable);
      if (outcome !== null) return outcome;
      if (tries === 0) throw new Error('it is not known for too long');
      return accept(one, callId, tries - 1);
    };
    const outcomes = await Promise.all(invited.map((one) => accept(one)));
    // As long as more seats are held than there are, whoever accepts waits; the last five find a seat.
    expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(5);
    expect(outcomes.filter((outcome) => outcome === 'no_seats')).toHaveLength(ROUNDS - 5);
    const members = await world.store.inTeam(teamId, (tx) => Member.query(tx).where({ teamId }));
    expect(members).toHaveLength(7);
    expect((await states()).filter((state) => state === 'waiting_for_seat')).toHaveLength(ROUNDS - 5);
  });

  it(`approve, deny and withdraw at once have one outcome, which each is told, ${ROUNDS} times (INVITE-4, INVITE-8)`, async () => {
    const team = await sharingWorld(world.store, { seats: 500 });
    const teamId = team.team.id;
    const cy = await worldOf(world.store).member(teamId, ['admin']);
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(['approve', 'deny', 'withdraw'], { minLength: 3 }),
        async (order) => {
          const asOf = await world.now();
          const to = { email: `x-${uuid()}@partner.test` };
          const approvalId = requestOf(await shareWith(world.store, team, to, { asOf }));
          const ref = { approvalId, teamId };
          await world.processes.startInvite(ref);
          const acts: Readonly<Record<string, () => Promise<string>>> = {
            approve: () =>
              decideAs(
                world.store,
                world.processes,
                { userId: team.admin.id, asOf, ...ref },
                { verdict: 'approve' },
              ),
            deny: () =>
              decideAs(
                world.store,
                world.processes,
                { userId: cy.id, asOf, ...ref },
                { verdict: 'deny', reason: 'raced' },
              ),
            withdraw: () => world.processes.withdraw(ref, by(team.sharer.id)),
          };
          const told = await Promise.all(order.map((act) => acts[act]?.() ?? Promise.resolve('')));
          const { state } = await world.approval(teamId, approvalId);
          const won = told.filter((outcome) => outcome === state);
          expect(won).toHaveLength(1);
          const lost = told.filter((outcome) => outcome !== state);
          const refusal = state === 'withdrawn' ? 'already_closed' : 'already_decided';
          expect(lost).toEqual([refusal, refusal]);
        },
      ),
      { seed: Date.now() % 0x7fffffff, numRuns: ROUNDS, endOnFailure: true },
    );
  });
});

function unlessUnavailable(error: unknown): null {
  if (error instanceof Refusal && error.code === 'unavailable') return null;
  throw error;
}
