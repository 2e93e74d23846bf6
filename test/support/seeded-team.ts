import { createRest, type Rest } from '../../embedded/rest';
import type { TourPlaces } from '../../embedded/tour/steps';

interface Listed<T> {
  readonly data: readonly T[];
}

/** The seeded enterprise team of a running copy, over REST. */
export interface SeededTeam {
  readonly operator: Rest;
  readonly teamId: string;
  /** The collection “Orders”. */
  readonly elementId: string;
  as(email: string): Promise<Rest>;
}

/** Finds it. */
export async function northwind({
  publicUrl,
  operatorToken,
}: Pick<TourPlaces, 'publicUrl' | 'operatorToken'>): Promise<SeededTeam> {
  const operator = createRest(publicUrl, operatorToken);
  const teams = await operator.get<Listed<{ id: string; slug: string }>>('/v1/teams');
  const teamId = teams.data.find(({ slug }) => slug === 'northwind')?.id ?? '';
  const members = await operator.get<Listed<{ userId: string; email: string }>>(
    `/v1/teams/${teamId}/members?limit=100`,
  );
  const as = async (email: string): Promise<Rest> => {
    const userId = members.data.find((member) => member.email === email)?.userId ?? '';
    const { token } = await operator.post<{ token: string }>(`/v1/users/${userId}/tokens`, { name: 'test' });
    return createRest(publicUrl, token);
  };
  const ben = await as('ben@northwind.example');
  const workspaces = await ben.get<Listed<{ id: string; name: string }>>(`/v1/teams/${teamId}/workspaces`);
  const shop = workspaces.data.find(({ name }) => name === 'Storefront')?.id ?? '';
  const elements = await ben.get<Listed<{ id: string; name: string }>>(`/v1/workspaces/${shop}/elements`);
  return { operator, teamId, elementId: elements.data.find(({ name }) => name === 'Orders')?.id ?? '', as };
}
