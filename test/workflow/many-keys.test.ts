import { MANY_KEYS } from '../../domain/access-key';
import type { KeyringStanding } from '../../activities/keyring';
import { AccessKey } from '../../store/models';
import { sharingWorld } from '../support/sharing-world';
import { eventually, openWorkflowWorld, type WorkflowWorld } from '../support/workflow-world';

const KEYS = 100_000;
const DUE = 3_000;
/** From one key's end to the next one's. */
const APART_MS = 100;
const MINUTE = 60_000;
const MINUTES = 5;

describe('the keyring of a team with a hundred thousand keys', () => {
  let world: WorkflowWorld;
  beforeAll(async () => {
    world = await openWorkflowWorld();
  }, 60_000);
  afterAll(() => world.close());

  it('is one run that ends them in batches, wakes once a minute and keeps each history short (KEY-4)', async () => {
    const { team, element, sharer } = await sharingWorld(world.store, { policy: { keyWarnings: [] } });
    const teamId = team.id;
    const ended = () =>
      world.store.inTeam(teamId, (tx) =>
        AccessKey.query(tx).where({ teamId }).whereNotNull('endedAt').resultSize(),
      );
    const now = await world.now();
    // The policy's sixty days: so many keys are past their end, and of the others one ends every tenth of a second.
    await world.store.inTeam(teamId, (tx) =>
      tx.raw(
        `insert into access_keys (id, team_id, element_id, hash, tail, created_by, created_at, idle_since, keyring_told_at)
         select gen_random_uuid(), :teamId, :elementId, sha256(nth::text::bytea), 'tail', :userId, since, since, since
           from generate_series(1, :keys) nth,
                lateral (select cast(:now as timestamptz) - interval '60 days'
                                + (nth - :due) * interval '1 millisecond' * :apart as since) s`,
        {
          ...{ teamId, elementId: element.id, userId: sharer.id, now },
          ...{ keys: KEYS, due: DUE, apart: APART_MS },
        },
      ),
    );
    await world.processes.keysChanged(teamId);
    await eventually(async () => (await ended()) >= DUE, 60_000);
    await world.pass(MINUTES * MINUTE);
    await eventually(async () => (await ended()) >= DUE + ((MINUTES - 1) * MINUTE) / APART_MS, 60_000);

    const { workflowService } = world.environment.client;
    const open = await workflowService.listOpenWorkflowExecutions({
      namespace: 'default',
      maximumPageSize: 1_000,
      startTimeFilter: {},
    });
    expect(open.executions.map(({ execution }) => execution?.workflowId)).toEqual([`keyring:${teamId}`]);

    const runs = await historiesOf(`keyring:${teamId}`);
    const looks = runs.flatMap(({ standings }) => standings);
    const total = await ended();
    expect(looks.reduce((sum, look) => sum + look.ended, 0)).toBe(total);
    // What is due is dealt with a thousand at a time, and the living are counted no further than matters.
    expect(Math.max(...looks.map((look) => look.ended))).toBe(1_000);
    expect(looks.filter((look) => look.live !== MANY_KEYS + 1)).toEqual([]);
    // A look a batch, one a minute, and those with which a gathered look found nothing left.
    expect(looks.length).toBeLessThanOrEqual(DUE / 1_000 + 2 * (MINUTES + 1) + 1);
    // Each run did one batch and went on as a new one, so none grows with the keys.
    expect(runs.length).toBeGreaterThan(DUE / 1_000);
    for (const { events, bytes } of runs) {
      expect(events).toBeLessThan(40);
      expect(bytes).toBeLessThan(20_000);
    }
  }, 180_000);

  /** All runs of a workflow, one after the other: how long each history is, and what each look at the keys came to. */
  async function historiesOf(workflowId: string) {
    const { workflow } = world.environment.client;
    const found: { runId: string; events: number; bytes: number; standings: KeyringStanding[] }[] = [];
    let runId = (await workflow.getHandle(workflowId).describe()).raw.workflowExecutionInfo?.firstRunId ?? '';
    for (;;) {
      const { events = [] } = await workflow.getHandle(workflowId, runId).fetchHistory();
      const list = events ?? [];
      const standings = list
        .flatMap(({ activityTaskCompletedEventAttributes: done }) => done?.result?.payloads ?? [])
        .map(({ data }) => JSON.parse(Buffer.from(data ?? []).toString() || 'null') as KeyringStanding | null)
        .filter((result) => result !== null && 'live' in result);
      found.push({ runId, events: list.length, bytes: JSON.stringify(list).length, standings });
      const next = list.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
      if (!next) return found;
      runId = next;
    }
  }
});
