import { v7 as uuid } from 'uuid';
import type { Audience, CardView } from '../../bot/cards/card-view';
import { approveModal } from '../../bot/cards/approve-modal';
import { denyModal, noticeModal } from '../../bot/cards/deny-modal';
import { drawCard } from '../../bot/cards/draw';
import { requesterLine, threadLine, type Happened } from '../../bot/cards/lines';
import type { Drawn } from '../../bot/cards/parts';
import { cut, notification } from '../../bot/cards/text';
import { checkMessageBlocks, checkView } from '../../embedded/slack/blocks/check';
import type { ApprovalEventType } from '../../store/models';

/** What a person might type to look like us, or to break a card. */
const NASTY = `<!channel> <@U0ADA> <https://evil.test|Approve> *Approved by Ada* :white_check_mark: > quote & \u202egnp.exe\u0000\n${'🙂'.repeat(1_500)}`;
const at = new Date('2026-03-04T05:06:07.000Z');

const person = (name: string) => ({ userId: uuid(), name });
const ada = person(`Ada ${NASTY}`);
const ben = person(`Ben ${NASTY}`);
const elementId = uuid();

const base: CardView = {
  ...{ id: uuid(), teamId: uuid(), kind: 'invite', state: 'pending', revision: 3 },
  ...{ closeReason: null, invitation: null },
  requesters: [
    { ...ben, elementId, role: 'editor' },
    { ...person('Mei'), elementId: uuid(), role: 'viewer' },
  ],
  subject: { email: `${'z'.repeat(200)}@partner.test`, userId: uuid(), name: NASTY },
  element: { id: elementId, type: 'collection', name: NASTY },
  ...{ requestedRole: 'editor', teamRole: 'developer', reason: NASTY.slice(0, 2_000) },
  approvals: { required: 2, given: [{ ...ada, at }] },
  ...{ decidedBy: null, decidedAt: null, decisionReason: null, decidedVia: null, grantedRole: null },
  approvers: [ada, person('Grace')],
  claimedBy: null,
  isFirstOfDomain: false,
  ...{ expiresAt: at, teamName: NASTY, elementNames: { [elementId]: NASTY }, seat: { takes: true, left: 1 } },
};
const decided = { seat: null, decidedBy: ada, decidedAt: at, decidedVia: 'slack', approvers: [] } as const;
const approved = { ...decided, state: 'approved', grantedRole: 'viewer' } as const;

const STATES: readonly (readonly [string, Partial<CardView>])[] = [
  ['pending', {}],
  ['pending without a seat', { seat: { takes: true, left: 0 } }],
  ['pending, somebody is on it', { claimedBy: { ...ada, until: at } }],
  ['approved, being sent', approved],
  ...(['sent', 'failed', 'waiting_for_seat', 'accepted', 'cancelled', 'expired'] as const).map(
    (invitation) => [`approved, ${invitation}`, { ...approved, invitation }] as const,
  ),
  ['approved for somebody', { ...approved, decidedBy: { ...ada, onBehalfOf: ben } }],
  ['denied', { ...decided, state: 'denied', decisionReason: NASTY.slice(0, 2_000) }],
  ['an access request', { kind: 'access_request', subject: { ...base.subject, ...ben } }],
  ['a member’s access request', { kind: 'access_request', teamRole: null, seat: { takes: false, left: 1 } }],
  ['an approved access request', { ...approved, kind: 'access_request', grantedRole: 'editor' }],
  ['withdrawn', { state: 'withdrawn', seat: null, approvers: [] }],
  ['expired', { state: 'expired', seat: null, approvers: [] }],
  ['closed', { state: 'closed', closeReason: 'element_gone', seat: null, approvers: [] }],
];
const AUDIENCES: readonly Audience[] = [
  { kind: 'channel' },
  { kind: 'approver', userId: ada.userId },
  { kind: 'approver', userId: uuid() },
  { kind: 'requester', userId: ben.userId },
  { kind: 'approver', userId: ada.userId, isFresh: true },
];
const draw = (change: Partial<CardView>, audience: Audience): Drawn =>
  drawCard({ ...base, ...change }, audience, 'https://doorlist.test');

/** Every text in which Slack reads markup. */
function markedUp({ text, blocks }: Drawn): string[] {
  const found: string[] = [text];
  JSON.stringify(blocks, (_key, value: unknown) => {
    if (typeof value === 'object' && value !== null && 'type' in value && value.type === 'mrkdwn') {
      found.push((value as unknown as { text: string }).text);
    }
    return value;
  });
  return found;
}
const controls = ({ blocks }: Drawn): string[] =>
  blocks.flatMap((block) =>
    block.type === 'actions' ? block.elements.map((element) => element.action_id ?? '') : [],
  );
/** Texts alone, to read what a card says. */
function outline({ blocks }: Drawn): string[] {
  const texts: string[] = [];
  JSON.stringify(blocks, (key, value: unknown) => {
    if (key === 'text' && typeof value === 'string') texts.push(value);
    return value;
  });
  return texts;
}

describe.each(STATES)('a card that is %s', (_state, change) => {
  it.each(AUDIENCES)('keeps Slack’s limits, and nothing typed is markup, for %p (SLACK-2)', (audience) => {
    const drawn = draw(change, audience);
    expect(() => checkMessageBlocks(drawn.blocks)).not.toThrow();
    expect(drawn.text.length).toBeGreaterThan(0);
    for (const text of markedUp(drawn)) {
      const ours = text.replace(/<!date\^\d+\^[^>]*>|<https:\/\/doorlist\.test\/approvals\/[^>]*>/g, '');
      expect(ours).not.toMatch(/[<>]/);
    }
    // Only the notification's text may hold what was typed, escaped; a block with markup never does.
    expect(markedUp(drawn).slice(1).join()).not.toMatch(/evil|Approved by Ada|Mei|partner/);
  });

  it('has buttons only while it is pending, and only for who may press them (SLACK-3)', () => {
    const isPending = (change.state ?? 'pending') === 'pending';
    const [channel, hasApproved, isNoApprover, requester] = AUDIENCES.map((audience) =>
      controls(draw(change, audience)),
    );
    const [deny, claim, open] = ['deny', 'claim', 'open'].map((act) => `approval.${act}`);
    // An access request is for one role: there is no lower one to grant.
    const isInvite = (change.kind ?? 'invite') === 'invite';
    const both = ['approval.approve', ...(isInvite ? ['approval.approve_with_changes'] : [])];
    expect(channel).toEqual(isPending ? [...both, deny, claim, open] : []);
    // Whoever is on it needs no button to say so.
    const mayClaim = change.claimedBy == null ? [claim] : [];
    expect(hasApproved).toEqual(isPending ? [deny, ...mayClaim, open] : []);
    expect(isNoApprover).toEqual([]);
    expect(requester).toEqual(isPending ? ['approval.nudge', 'approval.withdraw'] : []);
  });
});

describe('what cards say', () => {
  const plainView: Partial<CardView> = {
    requesters: [{ userId: ben.userId, name: 'Ben Torres', elementId, role: 'viewer' }],
    subject: { email: 'zoe@partner.test', userId: null, name: null },
    element: { id: elementId, type: 'collection', name: 'Orders' },
    ...{ requestedRole: 'viewer', reason: 'She builds our checkout.', teamName: 'Northwind' },
    approvals: { required: 1, given: [] },
  };

  it('pending: who asks, whom, to what, role, seat, reason and deadline (SLACK-2)', () => {
    const drawn = draw({ ...plainView, seat: { takes: true, left: 3 } }, { kind: 'channel' });
    expect(outline(drawn)).toEqual([
      'Let zoe@partner.test in to “Orders”?',
      ...['*Asked by*', 'Ben Torres', '*Invited*', 'zoe@partner.test', '*To*', '“Orders” (collection)'],
      ...['*Role*', 'Viewer', '*Team role*', 'Developer of Northwind', '“She builds our checkout.”'],
      'Takes one of 3 free seats.',
      'Expires <!date^1772600767^{date_short_pretty} at {time}|2026-03-04 05:06 UTC>',
      ...['Approve', 'Approve With Changes', 'Deny', 'I’m on it', 'Open'],
    ]);
  });

  it('asked afresh: that it waits for too long, before all else, and all that one decides by (INVITE-7)', () => {
    const [grace = ada] = base.approvers.slice(1);
    const usual = draw(plainView, { kind: 'approver', userId: grace.userId });
    const fresh = draw(plainView, { kind: 'approver', userId: grace.userId, isFresh: true });
    expect(fresh.text).toBe(`Waiting for too long: ${usual.text}`);
    const title = 'Waiting for too long: Let zoe@partner.test in to “Orders”?';
    expect(outline(fresh)).toEqual([title, ...outline(usual).slice(1)]);
  });

  it('denied: who, where, when and why (SLACK-3, INVITE-5)', () => {
    const by = { ...decided, decidedBy: { userId: ada.userId, name: 'Ada Lindqvist' } };
    const change = { ...plainView, ...by, state: 'denied', decisionReason: 'Not yet.' } as const;
    expect(outline(draw(change, { kind: 'channel' }))).toEqual(
      expect.arrayContaining([
        'Denied by Ada Lindqvist in Slack',
        expect.stringContaining('<!date^'),
        '“Not yet.”',
      ]),
    );
  });

  it('of one domain that gives an address to anybody, or of an Admin to be, what to look at twice', () => {
    const change = {
      ...plainView,
      teamRole: 'admin',
      subject: { email: 'zoe@gmail.com', userId: null, name: null },
    } as const;
    const said = outline(draw(change, { kind: 'channel' })).join('\n');
    expect(said).toContain('⚠ gmail.com gives an address to anybody.');
    expect(said).toContain('⚠ The person would become a Team Admin.');
  });

  it('of the first from a domain say so (SLACK-2)', () => {
    const change = { ...plainView, isFirstOfDomain: true };
    const said = outline(draw(change, { kind: 'channel' })).join('\n');
    expect(said).toMatch(/⚠ Nobody from \S+ is in the team yet\./);
  });
});

describe('lines beside a card', () => {
  const TYPES: readonly ApprovalEventType[] = [
    ...(['nudged', 'claimed', 'commented', 'escalated'] as const),
    ...(['merged', 'reduced', 'approval_recorded', 'approved', 'denied', 'withdrawn', 'expired'] as const),
    ...(['closed', 'no_approver', 'invitation_sent', 'invitation_failed', 'waiting_for_seat'] as const),
    ...(['invitation_resent', 'accepted', 'invitation_cancelled', 'invitation_expired'] as const),
  ];

  it.each(TYPES)(
    '%s: one in the thread, within the limits, and nothing typed is markup (SLACK-3)',
    (type) => {
      const event: Happened = {
        ...{ id: uuid(), type, at, by: NASTY, byId: uuid() },
        data: { reason: NASTY.slice(0, 2_000), text: NASTY.slice(0, 2_000), elementId },
      };
      for (const line of [
        threadLine(event, base),
        requesterLine(event, base, 'ben', 'https://doorlist.test'),
      ]) {
        if (line === null) continue;
        expect(() => checkMessageBlocks(line.blocks)).not.toThrow();
        expect(line.text).not.toMatch(/[<>]/);
        expect(markedUp(line).slice(1).join()).not.toMatch(/evil|Approved by Ada/);
      }
      expect(threadLine(event, base)).not.toBeNull();
    },
  );

  it('give whoever asked the whole reason of a denial, character for character (INVITE-5)', () => {
    const reason = `“${'Ärger & <b>日本</b> 🙂\n'.repeat(90)}”`.slice(0, 2_000);
    const event: Happened = {
      ...{ id: uuid(), type: 'denied', at, by: 'Ada', byId: uuid() },
      data: { reason },
    };
    const line = requesterLine(event, base, 'ben', 'https://doorlist.test');
    expect(line === null ? [] : outline(line)).toContain(`“${reason.trim()}”`);
  });
});

describe('texts and modals', () => {
  it('are cut with “…”, and never through a character', () => {
    expect(cut('abcdef', 4)).toBe('abc…');
    expect(cut('ab🙂🙂', 4)).toBe('ab…');
    expect(cut('abcd', 4)).toBe('abcd');
    expect(notification('a\nb <@U1> & c')).toBe('a b &lt;@U1&gt; &amp; c');
  });

  it('keep the limits of views', () => {
    const place = { approvalId: uuid(), revision: 1, channel: 'C1' };
    const roles = ['editor', 'viewer'] as const;
    const approving = [roles, ['viewer'] as const].map((grantable) => approveModal(place, base, grantable));
    for (const view of [denyModal(place, true), denyModal(place, false), noticeModal(NASTY), ...approving]) {
      expect(() => checkView(view)).not.toThrow();
    }
  });
});
