import type { ReactNode } from 'react';
import { Csrf } from './layout';

/** What a signed-in person sees whom a guest link lets in (GUEST-1). Nothing of the collection shows before they join. */
export function JoinPage({ csrf, elementId }: { csrf: string; elementId: string }): ReactNode {
  return (
    <>
      <h1>Join as guest</h1>
      <p>
        You were given the link to a collection. As a guest of its team you can view it and send its requests.
      </p>
      <form method="post" action={`/e/${elementId}/join`}>
        <Csrf csrf={csrf} />
        <button>Join and view</button>
      </form>
    </>
  );
}
