import { ensureSearchAttributes } from '../../workers/search-attributes';

type Operator = Parameters<typeof ensureSearchAttributes>[0];

const KNOWN = ['DoorlistTeamId', 'DoorlistKind', 'DoorlistState', 'DoorlistElementId'];

describe('the search attributes of our runs (OPS-3)', () => {
  function temporalWith(names: readonly string[], add: () => Promise<object>) {
    const addSearchAttributes = jest.fn(add);
    const customAttributes = Object.fromEntries(names.map((name) => [name, 2]));
    const listSearchAttributes = () => Promise.resolve({ customAttributes });
    return {
      addSearchAttributes,
      operator: { operatorService: { addSearchAttributes, listSearchAttributes } } as unknown as Operator,
    };
  }

  it('are left alone where the namespace has them all', async () => {
    const { operator, addSearchAttributes } = temporalWith([...KNOWN, 'DoorlistPersonId'], () =>
      Promise.resolve({}),
    );
    await ensureSearchAttributes(operator, 'default');
    expect(addSearchAttributes).not.toHaveBeenCalled();
  });

  it('are registered where they lack, those alone', async () => {
    const { operator, addSearchAttributes } = temporalWith(KNOWN, () => Promise.resolve({}));
    await ensureSearchAttributes(operator, 'default');
    expect(addSearchAttributes.mock.calls).toEqual([
      [{ namespace: 'default', searchAttributes: { DoorlistPersonId: 2 } }],
    ]);
  });

  it('keep a worker from starting where it may not register them, with the command that does', async () => {
    const { operator } = temporalWith(KNOWN, () => Promise.reject(new Error('denied')));
    await expect(ensureSearchAttributes(operator, 'prod')).rejects.toThrow(
      'temporal operator search-attribute create --namespace prod --name DoorlistPersonId --type Keyword',
    );
  });
});
