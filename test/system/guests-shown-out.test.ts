import { inLanes } from '../../activities/lanes';
import { createRest, type Rest } from '../../embedded/rest';
import { eventually } from '../../embedded/tour/eventually';
import type { CaughtMail } from '../../embedded/tour/mailbox';
import { caughtMails, mailedPeople } from '../support/caught-mails';
import { newCopy, type RunningCopy } from '../support/running-copy';
import { northwind, type SeededTeam } from '../support/seeded-team';

/** More than the page that a call settles by itself. */
const CROWD = 1_050;
/** Of them, those whom two causes hit at once. */
const FEW = 500;
const SCHEMA = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';

interface Shown {
  readonly id: string;
  readonly state: string;
  readonly progress: { readonly done: number; readonly total: number };
  readonly result: { readonly guestsRemoved: number };
}

describe('a crowd of guests that loses its collection', () => {
  let copy: RunningCopy;
  let team: SeededTeam;
  let ada: Rest;
  let ben: Rest;
  let guests: readonly Rest[];

  beforeAll(async () => {
    copy = await newCopy({ RATE_TOKEN: '0' });
    await copy.start();
    team = await northwind(copy.places());
    [ada, ben] = [await team.as('ada@northwind.example'), await team.as('ben@northwind.example')];
    const made: Rest[] = [];
    const numbers = Array.from({ length: CROWD }, (_, number) => number);
    await inLanes(numbers, 8, async (number) => {
      const account = { email: `g${number}@crowd.example`, name: `Guest ${number}` };
      const { userId } = await team.operator.post<{ userId: string }>('/v1/users', account);
      const path = `/v1/users/${userId}/tokens`;
      const { token } = await team.operator.post<{ token: string }>(path, { name: 'test' });
      made.push(createRest(copy.places().publicUrl, token));
    });
    guests = made;
  }, 300_000);
  afterAll(() => copy.discard(), 60_000);

  /** Opens a collection by its guest link, and lets guests in. */
  async function letIn(elementId: string, people: readonly Rest[]): Promise<void> {
    await ben.put(`/v1/elements/${elementId}/guest-link`, { enabled: true });
    await inLanes(people, 8, async (guest) => {
      await guest.post(`/v1/elements/${elementId}/join`, {});
    });
  }

  /** Whom the log says to have been removed since an instant. */
  async function removedSince(since: string): Promise<readonly string[]> {
    const path = `/v1/teams/${team.teamId}/audit-events?action=guest.removed&limit=100&since=${since}`;
    const removed: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: { data: { target: { id: string } }[]; meta: { nextCursor: string | null } } = await ada.get(
        `${path}${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      removed.push(...page.data.map(({ target }) => target.id));
      cursor = page.meta.nextCursor;
    }
    return removed;
  }
  const isOf =
    (collection: string) =>
    ({ subject }: CaughtMail): boolean =>
      subject.startsWith('You are no longer a guest of') && subject.includes(`“${collection}”`);
  const isCompleted = async ({ id }: Shown) => {
    const { state, progress } = await ben.get<Shown>(`/v1/operations/${id}`);
    return state === 'completed' && progress.done === progress.total ? true : null;
  };

  it('is shut out at the answer; killed midway it is written off and told once each (GUEST-7, GUEST-8, OPS-10)', async () => {
    const { elementId } = team;
    await letIn(elementId, guests);
    const since = new Date().toISOString();
    const answer = await fetch(new URL(`/v1/elements/${elementId}`, copy.places().publicUrl), {
      method: 'DELETE',
      headers: { authorization: `Bearer ${await tokenOfBen()}` },
    });
    const deleted = (await answer.json()) as { operation: Shown };
    expect(deleted.operation).toMatchObject({
      ...{ state: 'awaiting_confirmation', progress: { done: 0, total: CROWD } },
    });
    const reads = async () => {
      const some = guests.filter((_, index) => index % 50 === 0);
      const looks = await Promise.all(
        some.map((guest) =>
          guest.get(`/v1/elements/${elementId}`).then(
            () => true,
            () => false,
          ),
        ),
      );
      return looks.filter(Boolean).length;
    };
    expect(await reads()).toBe(CROWD / 50);
    const path = `/v1/operations/${deleted.operation.id}`;
    const confirmed = await ben.post<{ operation: Shown }>(`${path}/confirm`, {});
    expect(await reads()).toBe(0);
    expect(confirmed.operation.progress.total).toBe(CROWD);
    await copy.kill();
    await copy.start();
    expect(await reads()).toBe(0);

    await eventually('the last page', () => isCompleted(deleted.operation), 120_000);
    const removed = await removedSince(since);
    expect([removed.length, new Set(removed).size]).toEqual([CROWD, CROWD]);
    expect(await ada.get(`/v1/teams/${team.teamId}/audit-events/verify`)).toMatchObject({ ok: true });

    const some = async () => (await caughtMails(copy.places().mailUrl, isOf('Orders'))).length >= 100;
    await eventually('the first mails', async () => ((await some()) ? true : null), 120_000);
    await copy.kill();
    await copy.start();
    const mailed = await mailedPeople(copy.places().mailUrl, isOf('Orders'), CROWD, 240_000);
    // A repeat is allowed only behind the mail server's acceptance, and then it is recognisable.
    expect([...mailed.values()].filter(({ size }) => size !== 1)).toEqual([]);
  }, 900_000);

  it('is removed once, with one line and one mail each, by two causes at the same instant (GUEST-4, GUEST-7)', async () => {
    await ada.patch(`/v1/teams/${team.teamId}`, { policy: { removalCap: CROWD } });
    const { id: workspaceId } = await ben.post<{ id: string }>(`/v1/teams/${team.teamId}/workspaces`, {
      ...{ name: 'Warehouse', visibility: 'team' },
    });
    const { id: elementId } = await ben.post<{ id: string }>(`/v1/workspaces/${workspaceId}/elements`, {
      ...{ type: 'collection', content: { info: { name: 'Stock', schema: SCHEMA }, item: [] } },
    });
    const hit = guests.slice(0, FEW);
    await letIn(elementId, hit);
    const since = new Date().toISOString();
    // Either alone would remove them all.
    const done = await Promise.all([
      ben.put<{ operation: Shown }>(`/v1/elements/${elementId}/guest-link`, { enabled: false }),
      ben.patch<{ operation: Shown }>(`/v1/workspaces/${workspaceId}`, { visibility: 'private' }),
    ]);
    for (const { operation } of done) await eventually('its end', () => isCompleted(operation));
    expect(done.map(({ operation }) => operation.result.guestsRemoved).sort()).toEqual([0, FEW]);
    const removed = await removedSince(since);
    expect([removed.length, new Set(removed).size]).toEqual([FEW, FEW]);
    expect(await ada.get(`/v1/teams/${team.teamId}/audit-events/verify`)).toMatchObject({ ok: true });
    const mailed = await mailedPeople(copy.places().mailUrl, isOf('Stock'), FEW, 240_000);
    expect([mailed.size, [...mailed.values()].filter(({ size }) => size !== 1)]).toEqual([FEW, []]);
    await inLanes(
      hit.filter((_, index) => index % 25 === 0),
      8,
      async (guest) => {
        const { data } = await guest.get<{ data: { title: string }[] }>('/v1/me/notifications');
        expect(data.filter(({ title }) => title.includes('“Stock”'))).toHaveLength(1);
      },
    );
  }, 600_000);

  /** For a call that {@link Rest} does not make. */
  async function tokenOfBen(): Promise<string> {
    const { userId } = await ben.get<{ userId: string }>('/v1/me');
    const path = `/v1/users/${userId}/tokens`;
    return (await team.operator.post<{ token: string }>(path, { name: 'test' })).token;
  }
});
