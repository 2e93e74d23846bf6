import { createRest } from '../../embedded/rest';
import type { Guest, Side } from './flow';

/** As many as are brought at once before a turn. */
const AT_ONCE = 10;

/** A team in which a Developer's requests wait for an Admin. */
interface Place {
  readonly elementId: string;
  readonly approverEmail: string;
  readonly sharerToken: string;
  readonly approverToken: string;
}

/** The product behind its REST surface: some teams, so that a busy one is not measured alone. */
export async function productSide(url: string, operatorToken: string, teams: number): Promise<Side> {
  const operator = createRest(url, operatorToken);
  const tokenOf = async (userId: string): Promise<string> =>
    (await operator.post<{ token: string }>(`/v1/users/${userId}/tokens`, { name: 'bench' })).token;

  const place = async (nth: number): Promise<Place> => {
    const team = await operator.post<{ id: string }>('/v1/teams', {
      ...{
        name: `Northwind ${nth}`,
        slug: `northwind-${nth}`,
        plan: 'enterprise',
        seats: 10,
        autoFlex: true,
      },
    });
    const member = (name: string, role: string) =>
      operator.post<{ userId: string }>(`/v1/teams/${team.id}/members`, {
        ...{ email: `${name.toLowerCase()}@northwind-${nth}.example`, name, roles: [role] },
      });
    const [admin, developer] = [await member('Ada', 'super_admin'), await member('Ben', 'developer')];
    const sharerToken = await tokenOf(developer.userId);
    const ben = createRest(url, sharerToken);
    const workspace = await ben.post<{ id: string }>(`/v1/teams/${team.id}/workspaces`, {
      ...{ name: 'Storefront', visibility: 'team' },
    });
    const schema = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';
    const element = await ben.post<{ id: string }>(`/v1/workspaces/${workspace.id}/elements`, {
      ...{ type: 'collection', content: { info: { name: 'Orders', schema }, item: [] } },
    });
    const approverEmail = `ada@northwind-${nth}.example`;
    return { elementId: element.id, approverEmail, sharerToken, approverToken: await tokenOf(admin.userId) };
  };

  const places: Place[] = [];
  for (let nth = 1; nth <= teams; nth += 1) places.push(await place(nth));
  let made = 0;
  const guest = async ({ sharerToken, approverToken, ...where }: Place): Promise<Guest> => {
    const email = `guest-${(made += 1)}@partner.example`;
    const { userId } = await operator.post<{ userId: string }>('/v1/users', { email, name: 'Lea' });
    const [sharer, approver] = [createRest(url, sharerToken), createRest(url, approverToken)];
    return { email, ...where, sharer, approver, self: createRest(url, await tokenOf(userId)) };
  };
  return {
    name: 'product',
    runs: { share: 'share:', invite: 'invite:' },
    guests: async (count) => {
      const all: Guest[] = [];
      while (all.length < count) {
        const wanted = Array.from(
          { length: Math.min(AT_ONCE, count - all.length) },
          (_one, index) => all.length + index,
        );
        const places_ = wanted.map((nth) => places[nth % places.length]).filter((one) => one !== undefined);
        all.push(...(await Promise.all(places_.map(guest))));
      }
      return all;
    },
  };
}
