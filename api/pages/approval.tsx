import type { ReactNode } from 'react';
import { requesterNames, sentencesOf, teamRoleName } from '../../domain/asking';
import type { ApprovalView, Decider } from '../../store/queries/approval-view';
import { Csrf, When } from './layout';

/** What the person may do here. */
export interface ApprovalRights {
  readonly mayDecide: boolean;
  readonly mayWithdraw: boolean;
  readonly mayClaim: boolean;
  readonly mayComment: boolean;
}

/** A request with everything needed to decide on it. */
export function ApprovalPage(props: {
  csrf: string;
  view: ApprovalView;
  rights: ApprovalRights;
  notice: string | null;
}): ReactNode {
  const { csrf, view, rights, notice } = props;
  const words = sentencesOf(view);
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
        <dt>Element</dt>
        <dd>
          <a href={`/e/${view.element.id}`}>{view.element.name}</a> ({view.element.type})
        </dd>
        <dt>Role on it</dt>
        <dd>{view.grantedRole ?? view.requestedRole}</dd>
        <dt>Team role</dt>
        <dd>{teamRoleName(view.teamRole)}</dd>
        <dt>Reason</dt>
        <dd className="typed">{view.reason ?? 'none given'}</dd>
        <dt>Until</dt>
        <dd>
          <When at={view.expiresAt} />
        </dd>
        {view.state === 'pending' ? (
          <>
            <dt>Asked</dt>
            <dd>{view.approvers.map(({ name }) => name).join(', ') || 'nobody in the team could decide'}</dd>
            {view.claimedBy === null ? null : (
              <>
                <dt>On it</dt>
                <dd>
                  {view.claimedBy.name}, until <When at={view.claimedBy.until} />
                </dd>
              </>
            )}
          </>
        ) : null}
      </dl>
      {view.state === 'pending' && rights.mayDecide ? <Decide csrf={csrf} view={view} /> : null}
      {view.state === 'pending' ? <Beside csrf={csrf} view={view} rights={rights} /> : null}
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
  const { state, decidedBy, decidedAt, decidedVia, decisionReason, invitation, closeReason } = view;
  if (state === 'pending') {
    const { required, given } = view.approvals;
    return required > 1 ? `Pending: ${given.length} of ${required} approvals` : 'Pending';
  }
  if (state === 'closed') return `Closed: ${(closeReason ?? '').replaceAll('_', ' ')}`;
  if (decidedAt === null) return state;
  return (
    <>
      {state} by {decidedBy === null ? 'rule' : deciderName(decidedBy)} ({decidedVia}) on{' '}
      <When at={decidedAt} />
      {invitation === null ? null : `, invitation ${invitation.replaceAll('_', ' ')}`}
      {state === 'approved' ? ` ${sentencesOf(view).done(view) ?? ''}` : ''}
      {decisionReason === null ? null : <q className="typed">{decisionReason}</q>}
    </>
  );
}
