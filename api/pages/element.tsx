import type { ReactNode } from 'react';
import type { Element, Workspace } from '../../store/models';
import { Csrf } from './layout';

/** One request of a collection, by its folder. */
export interface ListedRequest {
  readonly method: string;
  readonly path: string;
}

/** An element: what it is, the person's role, a collection's requests, and a form to share it. */
export function ElementPage(props: {
  csrf: string;
  element: Element;
  workspace: Workspace;
  role: string;
  requests: readonly ListedRequest[];
  mayShare: boolean;
  notice: string | null;
}): ReactNode {
  const { csrf, element, workspace, role, requests, mayShare, notice } = props;
  return (
    <>
      <h1>{element.name}</h1>
      {notice === null ? null : <p role="status">{notice}</p>}
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
      {mayShare ? <ShareForm csrf={csrf} element={element} role={role} /> : null}
    </>
  );
}

function ShareForm({ csrf, element, role }: { csrf: string; element: Element; role: string }): ReactNode {
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
        <label htmlFor="message">Message</label>
        <textarea id="message" name="message" rows={2} maxLength={2_000} />
        <button>Share</button>
      </form>
    </>
  );
}
