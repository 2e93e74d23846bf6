import fc from 'fast-check';
import { askMail, noApproverMail, outcomeMail, type ApprovalLetter } from '../../mail/templates/approval';
import { invitationMail } from '../../mail/templates/invitation';
import { noticeMail } from '../../mail/templates/notice';
import { sharedMail } from '../../mail/templates/shared';
import { signInMail } from '../../mail/templates/sign-in';

const hostile = '"><img src=x onerror=alert(1)>\r\nBcc: all@example.test';
const letter: ApprovalLetter = {
  url: 'https://doorlist.test/approvals/1',
  asking: {
    kind: 'invite',
    subject: { email: 'new@example.test', userId: null, name: null },
    requesters: [{ userId: 'r', name: hostile }],
    element: { type: 'collection', name: hostile },
    requestedRole: 'editor',
    teamRole: 'developer',
  },
  grantedRole: null,
  reason: hostile,
  expiresAt: new Date('2027-01-02T23:59:59Z'),
};
const access: ApprovalLetter = {
  ...letter,
  asking: {
    ...letter.asking,
    kind: 'access_request',
    requestedRole: 'editor',
    subject: { email: 'gus@example.test', userId: 'g', name: hostile },
  },
};
const invitation = {
  url: 'https://doorlist.test/invitations/abc',
  teamName: hostile,
  requesterNames: [hostile],
  elementName: hostile,
  elementType: 'collection',
  message: hostile,
  expiresAt: new Date('2027-01-02T00:00:00Z'),
};
const shared = {
  url: 'https://doorlist.test/e/1',
  sharerName: hostile,
  elementName: hostile,
  elementType: 'collection',
  role: 'editor',
  message: hostile,
};
const mails = {
  ask: askMail(letter, false),
  reminder: askMail(letter, true),
  denied: outcomeMail(letter, 'denied', { readerId: 'r', by: hostile, reason: hostile }),
  accepted: outcomeMail(letter, 'accepted', { readerId: 'r', by: null, reason: null }),
  noApprover: noApproverMail(letter),
  accessAsked: askMail(access, false),
  accessGiven: outcomeMail(access, 'approved', { readerId: 'g', by: hostile, reason: null }),
  invitation: invitationMail(invitation),
  shared: sharedMail(shared),
  notice: noticeMail({
    ...{ title: hostile, body: hostile, url: 'https://doorlist.test/e/1' },
    preferencesUrl: 'https://doorlist.test/notifications',
  }),
  signIn: signInMail({ url: 'https://doorlist.test/auth/mail/abc', minutes: 15 }),
};

describe('mails', () => {
  it.each(Object.entries(mails))('say in HTML what people typed as text: %s', (_name, { html }) => {
    expect(html).not.toContain('<img');
    expect(html).toMatch(/^<!doctype html><html lang="en">/);
  });

  it.each(Object.entries(mails))(
    'keep a subject on one line, whatever somebody named a thing: %s',
    (_name, mail) => {
      expect(mail.subject).not.toMatch(/[\r\n]/);
      expect(mail.subject.length).toBeLessThanOrEqual(200);
    },
  );

  it.each(Object.entries(mails))('lead somewhere, in text and in HTML: %s', (_name, { text, html }) => {
    const [url = ''] = /https:\/\/doorlist\.test\/\S+/.exec(text) ?? [];
    expect(url).not.toBe('');
    expect(html).toContain(`href="${url}"`);
  });

  it.each(Object.entries(mails))('have no hole where a word should be: %s', (_name, { subject, text }) => {
    expect(`${subject}\n${text}`).not.toMatch(/undefined|null|NaN|\[object/);
  });

  it('quote a reason as it was typed, line by line (INVITE-5)', () => {
    const { text } = outcomeMail(letter, 'denied', { readerId: 'r', by: 'Ada', reason: 'One\nTwo' });
    expect(text).toContain('Ada denied it.');
    expect(text).toContain('> One\n> Two');
  });

  it('name the day of a deadline in UTC', () => {
    expect(mails.ask.text).toContain('2 January 2027');
  });

  it('never let a text become markup', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const { html } = sharedMail({ ...shared, elementName: name });
        const tags = html.match(/<[a-z]+/g)?.length;
        const plain = sharedMail({ ...shared, elementName: 'x' }).html.match(/<[a-z]+/g)?.length;
        expect(tags).toBe(plain);
      }),
    );
  });

  it('tell whoever asked that a lower role was granted, and the note (INVITE-5)', () => {
    const granted = { ...letter, grantedRole: 'viewer' as const };
    const told = { readerId: 'r', by: 'Ada', reason: 'Reading is enough.' };
    const { text } = outcomeMail(granted, 'approved', told);
    expect(text).toContain('Ada approved it, as viewer instead of editor.');
    expect(text).toContain('Reading is enough.');
  });
});
