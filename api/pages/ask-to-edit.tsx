import type { ReactNode } from 'react';
import { Csrf } from './layout';

/** Asks to become Editor of an element that one may view; or says where the request of before stands (GUEST-6). */
export function AskToEdit(props: {
  csrf: string;
  elementId: string;
  asking: 'may ask' | { readonly approvalId: string };
}): ReactNode {
  const { csrf, elementId, asking } = props;
  return (
    <>
      <h2>Ask to edit</h2>
      {asking === 'may ask' ? (
        <form method="post" action={`/e/${elementId}/access-requests`}>
          <Csrf csrf={csrf} />
          <label htmlFor="note">Why you would like to edit it, if you like to say</label>
          <textarea id="note" name="note" rows={2} maxLength={2_000} />
          <button>Ask to edit</button>
        </form>
      ) : (
        <p>
          You asked to become Editor. <a href={`/approvals/${asking.approvalId}`}>See where it stands</a>
        </p>
      )}
    </>
  );
}
