import type { ReactNode } from 'react';
import {
  INVITATION,
  requesterNames,
  sentencesOf,
  SURFACE,
  teamRoleName,
  undecidedWords,
} from '../../domain/asking';
import { ROLE_NAMES } from '../../domain/who-could';
import { riskNotes, seatWords } from '../../domain/weighing';
import type { ApprovalView, Decider } from '../../store/queries/approval-view';
import type { Weighed } from '../../store/queries/weighed';
import { Csrf, When } from './layout';

/** What the person may do here. */
export interface ApprovalRights {
  /** Sees what weighs for and against it. */
  readonly isApprover: boolean;
  readonly mayDecide: boolean;
  readonly mayWithdraw: boolean;
  readonly mayClaim: boolean;
  readonly mayComment: boolean;
}

/** A request with everything needed to decide on it. */
export function ApprovalPage(props: {
  csrf: string;
  view: ApprovalView;
  weighed: Weighed;
  rights: ApprovalRights;
  notice: string | null;
}): ReactNode {
  const { csrf, view, weighed, rights, notice } = props;
  const words = sentencesOf(view);
  const isPending = view.state === 'pending';
  return (
    <>
      <h1>{words.question(view)}</h1>
      {notice === null ? null : <p role="alert">{notice}</p>}
      <p className={`state ${view.state}`}>{stateOf(view)}</p>
      <dl>
        <dt>Asked by</dt>
        <dd>{requesterNames(view)}</dd>
        <dt>{words.subjectLabel}</dt>
        <dd>
          {view.subject.name === null ? '' : `${view.subject.name}, `}
          {view.subject.email}
        </dd>
        <dt>To</dt>
        <dd>
          <Elements view={view} names={weighed.elementNames} />
        </dd>
        <dt>Role</dt>
        <dd>{grantedWords(view)}</dd>
        <dt>Team role</dt>
        <dd>
          {teamRoleName(view.teamRole, 'As now, in the team')} of {weighed.teamName}
        </dd>
        <dt>Reason</dt>
        <dd className="typed">{view.reason ?? 'none given'}</dd>
        {weighed.seat === null || !rights.isApprover ? null : (
          <>
            <dt>Seats</dt>
            <dd>{seatWords(weighed.seat)}</dd>
          </>
        )}
        {isPending ? (
          <>
            <dt>Who decides</dt>
            <dd>{view.approvers.map(({ name }) => name).join(', ') || 'nobody in the team could decide'}</dd>
            {view.claimedBy === null ? null : (
              <>
                <dt>On it</dt>
                <dd>
                  {view.claimedBy.name}, until <When at={view.claimedBy.until} />
                </dd>
              </>
            )}
            <dt>Expires</dt>
            <dd>
              <When at={view.expiresAt} />
            </dd>
          </>
        ) : null}
      </dl>
      {isPending && rights.isApprover
        ? riskNotes({ ...view, ...weighed }).map((note) => <p key={note}>⚠ {note}</p>)
        : null}
      {isPending && rights.mayDecide ? <Decide csrf={csrf} view={view} /> : null}
      {isPending ? <Beside csrf={csrf} view={view} rights={rights} /> : null}
      <h2>What happened</h2>
      <ol className="timeline">
        {view.timeline.map(({ at, type, by, data }, nth) => (
          <li key={nth}>
            {type.replaceAll('_', ' ')}
            {by === null ? '' : ` by ${by.name}`} · <When at={at} />
            {typeof data['text'] === 'string' ? <q className="typed">{data['text']}</q> : null}
          </li>
        ))}
      </ol>
    </>
  );
}

/** The elements asked for; where several requests merged, each with its role (INVITE-10). */
function Elements({ view, names }: { view: ApprovalView; names: Weighed['elementNames'] }): ReactNode {
  const asked = new Map(view.requesters.map((one) => [`${one.elementId}:${one.role}`, one]));
  if (asked.size < 2) {
    return (
      <>
        <a href={`/e/${view.element.id}`}>{view.element.name}</a> ({view.element.type})
      </>
    );
  }
  return [...asked].map(([key, { elementId, role }]) => (
    <div key={key}>
      <a href={`/e/${elementId}`}>{names[elementId] ?? view.element.name}</a> as {ROLE_NAMES[role]}
    </div>
  ));
}

function grantedWords({ grantedRole, requestedRole }: ApprovalView): string {
  const granted = grantedRole ?? requestedRole;
  const instead = granted === requestedRole ? '' : ` instead of ${ROLE_NAMES[requestedRole]}`;
  return `${ROLE_NAMES[granted]}${instead}`;
}

/** What can be done without deciding: nudge and withdraw for who asked, claim for who is asked, comment for both. */
function Beside(props: { csrf: string; view: ApprovalView; rights: ApprovalRights }): ReactNode {
  const { csrf, view, rights } = props;
  const form = (act: string, label: string) => (
    <form method="post" action={`/approvals/${view.id}/${act}`}>
      <Csrf csrf={csrf} />
      <button className="quiet">{label}</button>
    </form>
  );
  return (
    <>
      {rights.mayClaim ? form('claim', 'I’m on it') : null}
      {rights.mayWithdraw ? form('nudge', 'Nudge the approvers') : null}
      {rights.mayWithdraw ? form('withdraw', 'Withdraw the request') : null}
      {rights.mayComment ? (
        <form method="post" action={`/approvals/${view.id}/comments`}>
          <Csrf csrf={csrf} />
          <label htmlFor="text">Comment, for all who see the request</label>
          <textarea id="text" name="text" rows={2} maxLength={2_000} required />
          <button className="quiet">Comment</button>
        </form>
      ) : null}
    </>
  );
}

function Decide({ csrf, view }: { csrf: string; view: ApprovalView }): ReactNode {
  const hidden = (
    <>
      <Csrf csrf={csrf} />
      <input type="hidden" name="revision" value={view.revision} />
    </>
  );
  return (
    <div className="decide">
      <form method="post" action={`/approvals/${view.id}/approve`}>
        {hidden}
        {view.requestedRole === 'editor' && sentencesOf(view).takesLowerRole ? (
          <>
            <label htmlFor="role">Role on the element</label>
            <select id="role" name="role" defaultValue="editor">
              <option value="editor">Editor, as asked</option>
              <option value="viewer">Viewer</option>
            </select>
          </>
        ) : null}
        <label htmlFor="note">Note, if you like</label>
        <textarea id="note" name="reason" rows={3} maxLength={2_000} />
        <button>Approve</button>
      </form>
      <form method="post" action={`/approvals/${view.id}/deny`}>
        {hidden}
        <label htmlFor="reason">Reason, which whoever asked will see</label>
        <textarea id="reason" name="reason" rows={3} maxLength={2_000} required={view.denyReasonRequired} />
        <button className="quiet">Deny</button>
      </form>
    </div>
  );
}

/** Who decided, and for whom (INVITE-9). */
export function deciderName({ name, onBehalfOf }: Decider): string {
  return onBehalfOf === undefined ? name : `${name} for ${onBehalfOf.name}`;
}

function stateOf(view: ApprovalView): ReactNode {
  switch (view.state) {
    case 'pending': {
      const { required, given } = view.approvals;
      return required > 1 ? `Pending: ${given.length} of ${required} approvals` : 'Pending';
    }
    case 'withdrawn':
    case 'expired':
    case 'closed':
      return (
        <>
          {undecidedWords({ ...view, state: view.state })}{' '}
          {view.endedAt === null ? null : <When at={view.endedAt} />}
        </>
      );
    case 'approved':
    case 'denied':
      return (
        <>
          {view.state} by {view.decidedBy === null ? 'Doorlist' : deciderName(view.decidedBy)}{' '}
          {view.decidedVia === null ? '' : SURFACE[view.decidedVia]}{' '}
          {view.decidedAt === null ? null : <When at={view.decidedAt} />}
          {view.state === 'approved'
            ? `. ${sentencesOf(view).done(view) ?? INVITATION[view.invitation ?? 'sending']}`
            : ''}
          {view.decisionReason === null ? null : <q className="typed">{view.decisionReason}</q>}
        </>
      );
  }
}
