import { digestDueAt, digestTitle, takesJoins } from '../../domain/guest-digest';

describe('the digest of guests who joined (SLACK-5)', () => {
  const quietHours = { from: '22:00', to: '07:00', timeZone: 'UTC' };

  it('goes out an hour after the first join', () => {
    const due = digestDueAt(null, new Date('2026-06-01T12:00:00Z'));
    expect(due).toEqual(new Date('2026-06-01T13:00:00Z'));
    expect(digestDueAt(quietHours, new Date('2026-06-01T06:30:00Z'))).toEqual(
      new Date('2026-06-01T07:30:00Z'),
    );
  });

  it('waits for the end of quiet hours that hold then, also where they begin within the hour', () => {
    for (const began of ['2026-06-01T21:00:00Z', '2026-06-01T23:00:00Z'])
      expect(digestDueAt(quietHours, new Date(began))).toEqual(new Date('2026-06-02T07:00:00Z'));
  });

  it('takes joins up to its last millisecond', () => {
    const dueAt = new Date('2026-06-01T13:00:00Z');
    expect(takesJoins({ dueAt }, new Date('2026-06-01T12:59:59.999Z'))).toBe(true);
    expect(takesJoins({ dueAt }, dueAt)).toBe(false);
  });

  it('counts all and names a few', () => {
    expect(digestTitle('Orders', ['Gus'], 1)).toBe('1 guest joined “Orders”: Gus');
    expect(digestTitle('Orders', ['Gus', 'Ann', 'Zoe'], 3)).toBe('3 guests joined “Orders”: Gus, Ann, Zoe');
    const many = ['A', 'B', 'C', 'D', 'E', 'F', 'G'];
    expect(digestTitle('Orders', many, 7)).toBe('7 guests joined “Orders”: A, B, C, D, E and 2 more');
  });
});
