import type { ReactNode } from 'react';
import { isPublicCollection, mayFork } from '../../domain/access';
import type { ElementRole } from '../../domain/roles';
import type { Element, Workspace } from '../../store/models';
import type { RecipientOutcome } from '../../operations/share-element';
import { AskToEdit } from './ask-to-edit';
import { Csrf } from './layout';
import type { ListedRequest } from './listed-requests';
import { ShareOutcomes } from './share-outcome';

/** An element: what it is, the person's role, a collection's requests, and a form to share it. */
export function ElementPage(props: {
  csrf: string;
  element: Element;
  workspace: Workspace;
  role: ElementRole;
  requests: readonly ListedRequest[];
  mayShare: boolean;
  /** Whether the person may ask to become Editor; or the request of theirs that waits (GUEST-6). */
  asking: 'may ask' | { readonly approvalId: string } | null;
  /** Whether the person may bring the element into a team workspace (SHARE-4). */
  mayPlace: boolean;
  /** What the share came to that the person just made; empty without one. */
  outcomes: readonly RecipientOutcome[];
}): ReactNode {
  const { csrf, element, workspace, role, requests, mayShare, mayPlace, outcomes, asking } = props;
  const isPersonal = workspace.visibility === 'personal';
  return (
    <>
      <h1>{element.name}</h1>
      {outcomes.length === 0 ? null : <ShareOutcomes recipients={outcomes} />}
      <dl>
        <dt>Type</dt>
        <dd>{element.type}</dd>
        <dt>Workspace</dt>
        <dd>
          {workspace.name} ({workspace.visibility})
        </dd>
        <dt>Your role</dt>
        <dd>{role.replaceAll('_', ' ')}</dd>
        <dt>Version</dt>
        <dd>{element.version}</dd>
      </dl>
      {requests.length === 0 ? null : (
        <>
          <h2>Requests</h2>
          <ul>
            {requests.map(({ method, path }, index) => (
              <li key={index}>
                <code>{method}</code> {path}
              </li>
            ))}
          </ul>
        </>
      )}
      <p>
        <a href={`/v1/elements/${element.id}/content`}>The document as JSON</a>
      </p>
      {mayFork(role, workspace.visibility) ? (
        <p>
          <a href={`/e/${element.id}/fork`}>Fork it</a>
        </p>
      ) : null}
      {isPublicCollection(element.type, workspace.visibility) ? (
        <p>
          <a href={`/run/${element.id}`}>Run button, import and newman</a>
        </p>
      ) : null}
      {asking === null ? null : <AskToEdit csrf={csrf} elementId={element.id} asking={asking} />}
      {mayShare && (!isPersonal || mayPlace) ? (
        <ShareForm csrf={csrf} element={element} role={role} from={isPersonal ? workspace.name : null} />
      ) : null}
    </>
  );
}

function ShareForm(props: { csrf: string; element: Element; role: string; from: string | null }): ReactNode {
  const { csrf, element, role, from } = props;
  return (
    <>
      <h2>Share with people</h2>
      <form method="post" action={`/e/${element.id}/shares`}>
        <Csrf csrf={csrf} />
        <label htmlFor="recipients">E-mail addresses or names, one a line</label>
        <textarea id="recipients" name="recipients" rows={2} required />
        {role === 'editor' ? (
          <>
            <label htmlFor="role">Role</label>
            <select id="role" name="role" defaultValue="viewer">
              <option value="viewer">Viewer</option>
              <option value="editor">Editor</option>
            </select>
          </>
        ) : null}
        {from === null ? null : <Placement from={from} />}
        <label htmlFor="message">Message</label>
        <textarea id="message" name="message" rows={2} maxLength={2_000} />
        <button>Share</button>
      </form>
    </>
  );
}

/** Where an element of a personal workspace goes before others can see it (SHARE-4). */
function Placement({ from }: { from: string }): ReactNode {
  return (
    <fieldset>
      <legend>It is in your personal workspace. Before it can be shared:</legend>
      <label className="choice">
        <input type="radio" name="placement" value="new" defaultChecked /> Move it to a new team workspace
      </label>
      <label htmlFor="workspace">Name of the new workspace</label>
      <input id="workspace" name="workspace" maxLength={200} />
      <label className="choice">
        <input type="radio" name="placement" value="team" /> Make all of “{from}” a team workspace
      </label>
    </fieldset>
  );
}
