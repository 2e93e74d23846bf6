import type { ReactNode } from 'react';
import { collectionUrl, runButton } from '../run-button';

/** Where a run button leads: everything to do with a public collection (SHARE-7). */
export function RunLanding(props: {
  publicUrl: string;
  elementId: string;
  name: string;
  workspaceName: string;
  description: string | null;
}): ReactNode {
  const { publicUrl, elementId, name, workspaceName, description } = props;
  const document = collectionUrl(publicUrl, elementId);
  return (
    <>
      <h1>{name}</h1>
      <p>
        A collection of the public workspace “{workspaceName}”. Anyone may view it and run it, without signing
        in.
      </p>
      {description === null ? null : <blockquote className="typed">{description}</blockquote>}
      <p className="ways">
        <a className="button" href={`/e/${elementId}/fork`}>
          Fork it
        </a>
        <a className="button quiet" href={`/e/${elementId}`}>
          View it
        </a>
      </p>
      <h2>Import into Postman</h2>
      <p>
        Choose <strong>Import</strong> in Postman and paste this link, or{' '}
        <a href={`/run/${elementId}/collection.json`} download={`${elementId}.postman_collection.json`}>
          download the file
        </a>
        .
      </p>
      <Copied label="Link to the collection’s JSON" text={document} />
      <h2>Run it in a terminal</h2>
      <Copied label="With newman" text={`newman run ${document}`} />
      <EmbeddedButton publicUrl={publicUrl} elementId={elementId} />
    </>
  );
}

function EmbeddedButton({ publicUrl, elementId }: { publicUrl: string; elementId: string }): ReactNode {
  const { markdown, html } = runButton(publicUrl, elementId);
  return (
    <>
      <h2>Put this button on your own page</h2>
      <p>
        <img src={`/run/${elementId}/button.svg`} alt="Run in Postman" />
      </p>
      <Copied label="Markdown, for a README" text={markdown} />
      <Copied label="HTML, which follows the collection’s name" text={html} />
    </>
  );
}

/** Text to be copied: one click selects the whole of it, also without scripts. */
function Copied({ label, text }: { label: string; text: string }): ReactNode {
  return (
    <figure className="copied">
      <figcaption>{label}</figcaption>
      <pre>{text}</pre>
    </figure>
  );
}
