import type { ReactNode } from 'react';
import type { Element } from '../../store/models';
import { Csrf } from './layout';

/** Asks once more before an element is forked (SHARE-6). */
export function ForkPage({ csrf, element }: { csrf: string; element: Element }): ReactNode {
  return (
    <>
      <h1>Fork {element.name}</h1>
      <p>
        A copy of its newest version goes into your personal workspace. It is yours to change, and does not
        change with the original.
      </p>
      <form method="post" action={`/e/${element.id}/forks`}>
        <Csrf csrf={csrf} />
        <button>Fork</button>
      </form>
      <p>
        <a href={`/e/${element.id}`}>Back to the original</a>
      </p>
    </>
  );
}
