import type { types } from '@slack/bolt';
import type { CardView } from './card-view';
import {
  INVITATION,
  requesterNames,
  sentencesOf,
  SURFACE,
  teamRoleName,
  undecidedWords,
} from '../../domain/asking';
import { seatWords } from '../../domain/weighing';
import { cut, LIMITS, markup, oneLine, plain, when } from './text';
import { deciderName, ROLE, subjectOf } from './words';

/** A message: blocks, and the text that stands for them in notifications. */
export interface Drawn {
  readonly text: string;
  readonly blocks: types.KnownBlock[];
}

type TextElement = types.PlainTextElement | types.MrkdwnElement;

export const header = (text: string): types.HeaderBlock => ({
  type: 'header',
  text: plain(text, LIMITS.header),
});
export const section = (text: TextElement): types.SectionBlock => ({ type: 'section', text });
export const context = (...elements: TextElement[]): types.ContextBlock => ({ type: 'context', elements });

/** Label and value in two columns; Slack takes five such rows in one block. */
export function table(rows: readonly (readonly [label: string, value: string])[]): types.SectionBlock {
  return {
    type: 'section',
    fields: rows.flatMap(([label, value]) => [markup(`*${label}*`), plain(value, LIMITS.field)]),
  };
}

/** What is asked for: who, whom, what, as what. */
export function facts(view: CardView): types.SectionBlock {
  return table([
    ['Asked by', oneLine(requesterNames(view))],
    [sentencesOf(view).subjectLabel, subjectOf(view)],
    ['To', asked(view)],
    ['Role', ROLE[view.requestedRole]],
    ['Team role', `${teamRoleName(view.teamRole, 'As now, in the team')} of ${oneLine(view.teamName)}`],
  ]);
}

/** The reason that came with a request, cut; the whole of it stands behind Open. */
export function reason(view: CardView): types.KnownBlock[] {
  return view.reason === null ? [] : [section(plain(`“${view.reason.trim()}”`, 1_500))];
}

/** Seats, approvals so far, and until when. */
export function standing(view: CardView): types.ContextBlock {
  const { required, given } = view.approvals;
  const names = given.map(deciderName).join(', ');
  const counted = `${given.length} of ${required} approvals${names === '' ? '' : `: ${names}`}`;
  return context(
    ...(view.seat === null ? [] : [plain(seatWords(view.seat))]),
    ...(required > 1 ? [plain(counted)] : []),
    markup(`Expires ${when(view.expiresAt)}`),
  );
}

/** Who is on it, and until when that holds (INVITE-8). */
export function claim({ claimedBy }: CardView): types.KnownBlock[] {
  if (claimedBy === null) return [];
  return [context(plain(`${oneLine(claimedBy.name)} is on it`), markup(`until ${when(claimedBy.until)}`))];
}

/** A button of a card. */
export const button = (label: string, action: string): types.Button => ({
  type: 'button',
  action_id: action,
  text: { type: 'plain_text', text: label },
});

/** How a settled request ended: who, where and when, with the reason, and what has become of the invitation since. */
export function outcome(view: CardView): types.KnownBlock[] {
  const at = view.decidedAt === null ? [] : [markup(when(view.decidedAt))];
  const why = view.decisionReason === null ? [] : [section(plain(`“${view.decisionReason.trim()}”`))];
  const { done } = sentencesOf(view);
  const who = `${view.decidedBy === null ? 'Doorlist' : deciderName(view.decidedBy)}${view.decidedVia === null ? '' : ` ${SURFACE[view.decidedVia]}`}`;
  switch (view.state) {
    case 'approved':
      return [
        context(plain(`Approved by ${who}`), ...at),
        ...why,
        section(
          plain(`${grantedWords(view)}${oneLine(done(view) ?? INVITATION[view.invitation ?? 'sending'])}`),
        ),
      ];
    case 'denied':
      return [context(plain(`Denied by ${who}`), ...at), ...why];
    case 'withdrawn':
    case 'closed':
      return [context(plain(undecidedWords({ ...view, state: view.state })))];
    case 'expired':
      return [context(plain(undecidedWords({ ...view, state: view.state })), markup(when(view.expiresAt)))];
    case 'pending':
      return [];
  }
}

/** The state in one word or two, for headings. */
export function stateWord(view: Pick<CardView, 'state'>): string {
  return { ...WORDS, pending: 'Waiting' }[view.state];
}

/** A link to the request's page. The id is ours, so nothing in it is markup. */
export const openUrl = (publicUrl: string, approvalId: string): string =>
  `${publicUrl}/approvals/${approvalId}`;
export const openLink = (publicUrl: string, approvalId: string): types.ContextBlock =>
  context(markup(`<${openUrl(publicUrl, approvalId)}|Open in Doorlist>`));

const WORDS = {
  approved: 'Approved',
  denied: 'Denied',
  withdrawn: 'Withdrawn',
  expired: 'Expired',
  closed: 'Closed',
} as const;

function grantedWords(view: CardView): string {
  const granted = view.grantedRole ?? view.requestedRole;
  return granted === view.requestedRole ? '' : `As ${ROLE[granted]} instead of ${ROLE[view.requestedRole]}. `;
}

/** The elements asked for, each with its role when they differ in a merged request (INVITE-10). */
function asked(view: CardView): string {
  const lines = new Map<string, string>();
  for (const { elementId, role } of view.requesters) {
    const name = oneLine(view.elementNames[elementId] ?? view.element.name);
    lines.set(`${elementId}:${role}`, `“${cut(name, 200)}” as ${ROLE[role]}`);
  }
  if (lines.size > 1) return [...lines.values()].join('\n');
  return `“${oneLine(view.element.name)}” (${view.element.type === 'api' ? 'API' : view.element.type})`;
}
