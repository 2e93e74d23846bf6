import {
  issuerAdmission,
  isOfDomains,
  mustUseIssuer,
  type IssuerStanding,
} from '../../domain/single-sign-on';

describe('who may sign in through a team’s issuer (TEAM-7)', () => {
  const stranger: IssuerStanding = {
    ...{ domains: ['own.example'], isMember: false, isInvited: false, hasAccount: false },
    tie: 'none',
  };
  const own = 'a@own.example';
  const other = 'a@other.example';

  it.each<[string, string, boolean | null, Partial<IssuerStanding>, string]>([
    ['one of its own', own, true, {}, 'admit'],
    ['one of its own with an account', own, true, { hasAccount: true }, 'admit'],
    ['one of its own of whom nothing is said', own, null, {}, 'admit'],
    ['an address that is not verified', own, false, {}, 'unverified_email'],
    ['a stranger', other, true, {}, 'not_admitted'],
    ['a stranger with an account', other, true, { hasAccount: true, tie: 'tied' }, 'not_admitted'],
    ['an invited person without account', other, true, { isInvited: true }, 'admit'],
    ['an invited person of whom nothing is said', other, null, { isInvited: true }, 'confirm_by_mail'],
    [
      'an invited person with an account',
      other,
      true,
      { isInvited: true, hasAccount: true },
      'confirm_by_mail',
    ],
    [
      'a member from outside who is tied',
      other,
      true,
      { isMember: true, hasAccount: true, tie: 'tied' },
      'admit',
    ],
    [
      'a new subject under a known address',
      own,
      true,
      { hasAccount: true, tie: 'other_subject' },
      'confirm_by_mail',
    ],
  ])('decides on %s', (_who, email, isVerified, standing, outcome) => {
    expect(issuerAdmission({ email, isVerified }, { ...stranger, ...standing })).toBe(outcome);
  });

  it('takes a domain to the letter', () => {
    for (const email of [
      'a@sub.own.example',
      'a@xown.example',
      'own.example@evil.test',
      'a@own.example.evil.test',
    ])
      expect(isOfDomains(email, ['own.example'])).toBe(false);
  });

  it('asks members for it, guests by policy, and whom the team’s own issuer signed in no more', () => {
    const team = { id: 't', sso: {} };
    expect(mustUseIssuer(team, 'member', false, null)).toBe(true);
    expect(mustUseIssuer(team, 'member', false, 'another')).toBe(true);
    expect(mustUseIssuer(team, 'member', false, 't')).toBe(false);
    expect(mustUseIssuer(team, 'guest', false, null)).toBe(false);
    expect(mustUseIssuer(team, 'guest', true, null)).toBe(true);
    expect(mustUseIssuer({ id: 't', sso: null }, 'member', true, null)).toBe(false);
  });
});
