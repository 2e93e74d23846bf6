import {
  confirmationEnd,
  guestCauseOf,
  needsConfirmation,
  operationStateAt,
} from '../../domain/access-change';

describe('operations that take access away', () => {
  it('wait to be confirmed when they remove more than the cap, not as many (GUEST-8)', () => {
    expect([99, 100, 101].map((removals) => needsConfirmation(removals, 100))).toEqual([false, false, true]);
    expect([needsConfirmation(0, 0), needsConfirmation(1, 0)]).toEqual([false, true]);
  });

  it('are cancelled a day after they began to wait, to the millisecond (GUEST-8)', () => {
    const createdAt = new Date('2026-03-28T12:00:00.000Z');
    const end = confirmationEnd(createdAt);
    expect(end).toEqual(new Date('2026-03-29T12:00:00.000Z'));
    const waiting = { state: 'awaiting_confirmation', createdAt } as const;
    const states = [-1, 0, 1].map((ms) => operationStateAt(waiting, new Date(end.getTime() + ms)));
    expect(states).toEqual(['awaiting_confirmation', 'cancelled', 'cancelled']);
  });

  it('do not lapse when they were done (GUEST-8)', () => {
    for (const state of ['running', 'completed', 'cancelled', 'failed'] as const) {
      expect(operationStateAt({ state, createdAt: new Date(0) }, new Date())).toBe(state);
    }
  });

  it('name the cause for guests as impact does (GUEST-4)', () => {
    expect([guestCauseOf('roles_change'), guestCauseOf('workspace_delete')]).toEqual([
      'roles_remove',
      'workspace_delete',
    ]);
  });
});
