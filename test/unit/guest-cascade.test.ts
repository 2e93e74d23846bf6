import fc from 'fast-check';
import { guestCascade, type GuestHolding } from '../../domain/guest-cascade';

const holding = (userId: string, elementId: string, linkOn = true): GuestHolding => ({
  ...{ userId, elementId, linkOn },
});

describe('the cascade over guests', () => {
  it('judges each combination of links when one goes off (GUEST-3)', () => {
    const off = { takes: [], from: null, linkOff: 'a' };
    const removed = (held: GuestHolding[]) => guestCascade(held, off).removed;
    expect(removed([holding('g', 'a')])).toEqual(['g']);
    expect(removed([holding('g', 'a'), holding('g', 'b', true)])).toEqual([]);
    expect(removed([holding('g', 'a'), holding('g', 'b', false)])).toEqual(['g']);
    expect(removed([holding('g', 'a'), holding('g', 'b', false), holding('g', 'c')])).toEqual([]);
    expect(removed([holding('g', 'b', false)])).toEqual([]);
  });

  it('removes nobody for losing a collection who still has one, its link off or not (GUEST-3, GUEST-4)', () => {
    const taken = { takes: ['a'], from: null, linkOff: null };
    const held = [holding('one', 'a'), holding('two', 'a'), holding('two', 'b', false), holding('far', 'b')];
    expect(guestCascade(held, taken)).toEqual({
      removed: ['one'],
      losing: [{ userId: 'two', elementId: 'a' }],
    });
    expect(guestCascade(held, { ...taken, from: ['two'] }).removed).toEqual([]);
  });

  it('leaves no guest without a collection, and none gone who kept one, whatever is taken (GUEST-4)', () => {
    const ids = fc.constantFrom('a', 'b', 'c', 'd');
    const people = fc.constantFrom('p', 'q', 'r');
    const worlds = fc.uniqueArray(fc.record({ userId: people, elementId: ids, linkOn: fc.boolean() }), {
      selector: ({ userId, elementId }) => userId + elementId,
      maxLength: 12,
    });
    const changes = fc.record({
      takes: fc.uniqueArray(ids),
      from: fc.option(fc.uniqueArray(people)),
      linkOff: fc.constant(null),
    });
    fc.assert(
      fc.property(worlds, changes, (held, change) => {
        const { removed, losing } = guestCascade(held, change);
        for (const userId of new Set(held.map((one) => one.userId))) {
          const mine = held.filter((one) => one.userId === userId);
          const lost = mine.filter(
            ({ elementId }) => change.takes.includes(elementId) && (change.from?.includes(userId) ?? true),
          );
          expect(removed.includes(userId)).toBe(lost.length === mine.length);
          const told = losing.filter((one) => one.userId === userId).length;
          expect(told).toBe(removed.includes(userId) ? 0 : lost.length);
        }
      }),
    );
  });
});
