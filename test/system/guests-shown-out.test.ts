import { inLanes } from '../../activities/lanes';
import { createRest, type Rest } from '../../embedded/rest';
import { eventually } from '../../embedded/tour/eventually';
import type { CaughtMail } from '../../embedded/tour/mailbox';
import { newCopy, type RunningCopy } from '../support/running-copy';
import { northwind } from '../support/seeded-team';

/** More than the page that a call settles by itself. */
const CROWD = 1_050;

interface Shown {
  readonly id: string;
  readonly state: string;
  readonly progress: { readonly done: number; readonly total: number };
}

describe('a collection with a thousand guests that is deleted', () => {
  let copy: RunningCopy;

  beforeAll(async () => {
    copy = await newCopy({ RATE_TOKEN: '0' });
    await copy.start();
  }, 120_000);
  afterAll(() => copy.discard(), 60_000);

  it('is closed to all at the answer; killed midway it is written off and told once each (GUEST-7, GUEST-8, OPS-10)', async () => {
    const { publicUrl } = copy.places();
    const { operator, teamId, elementId, as } = await northwind(copy.places());
    const [ada, ben] = [await as('ada@northwind.example'), await as('ben@northwind.example')];
    const call = (method: string, path: string, body?: object): Promise<Response> =>
      fetch(new URL(path, publicUrl), {
        method,
        headers: { authorization: `Bearer ${benToken}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const me = await ben.get<{ userId: string }>('/v1/me');
    const benToken = await tokenOf(operator, me.userId);
    await ben.put(`/v1/elements/${elementId}/guest-link`, { enabled: true });
    const guests: Rest[] = [];
    const numbers = Array.from({ length: CROWD }, (_, number) => number);
    await inLanes(numbers, 8, async (number) => {
      const account = { email: `g${number}@crowd.example`, name: `Guest ${number}` };
      const { userId } = await operator.post<{ userId: string }>('/v1/users', account);
      const guest = createRest(publicUrl, await tokenOf(operator, userId));
      await guest.post(`/v1/elements/${elementId}/join`, {});
      guests.push(guest);
    });

    const deleted = (await (await call('DELETE', `/v1/elements/${elementId}`)).json()) as {
      operation: Shown;
    };
    expect(deleted.operation).toMatchObject({
      ...{ state: 'awaiting_confirmation', progress: { done: 0, total: CROWD } },
    });
    const path = `/v1/operations/${deleted.operation.id}`;
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
    const confirmed = await ben.post<{ operation: Shown }>(`${path}/confirm`, {});
    expect(await reads()).toBe(0);
    expect(confirmed.operation.progress.total).toBe(CROWD);
    await copy.kill();
    await copy.start();
    expect(await reads()).toBe(0);

    await eventually(
      'the last page',
      async () => {
        const { state, progress } = await ben.get<Shown>(path);
        return state === 'completed' && progress.done === CROWD ? true : null;
      },
      120_000,
    );
    const about = `/v1/teams/${teamId}/audit-events?action=guest.removed&limit=100`;
    const removed: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: { data: { target: { id: string } }[]; meta: { nextCursor: string | null } } = await ada.get(
        `${about}${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      removed.push(...page.data.map(({ target }) => target.id));
      cursor = page.meta.nextCursor;
    }
    expect([removed.length, new Set(removed).size]).toEqual([CROWD, CROWD]);
    expect(await ada.get(`/v1/teams/${teamId}/audit-events/verify`)).toMatchObject({ ok: true });

    const caught = async (): Promise<readonly CaughtMail[]> => {
      const all = (await (await fetch(new URL('/email', copy.places().mailUrl))).json()) as CaughtMail[];
      return all.filter(({ subject }) => subject.startsWith('You are no longer a guest of'));
    };
    await eventually('the first mails', async () => ((await caught()).length >= 100 ? true : null), 120_000);
    await copy.kill();
    await copy.start();
    const ids = new Map<string, Set<string>>();
    await eventually(
      'the last mail',
      async () => {
        ids.clear();
        for (const { to = [], messageId = '' } of await caught()) {
          for (const { address } of to) ids.set(address, (ids.get(address) ?? new Set()).add(messageId));
        }
        return ids.size >= CROWD ? true : null;
      },
      240_000,
    );
    // A repeat is allowed only behind the mail server's acceptance, and then it is recognisable.
    expect([...ids.values()].filter(({ size }) => size !== 1)).toEqual([]);
  }, 900_000);
});

async function tokenOf(operator: Rest, userId: string): Promise<string> {
  const { token } = await operator.post<{ token: string }>(`/v1/users/${userId}/tokens`, { name: 'test' });
  return token;
}
