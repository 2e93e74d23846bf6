import type { ReactNode } from 'react';
import { Blocks } from './blocks';
import { plain } from './mrkdwn';
import type { PageData } from './page-data';

/** The topmost open modal. Its key tells the page's script whether what it shows has changed. */
export function Modal({ data }: { data: PageData }): ReactNode {
  const { modal: view } = data;
  if (view?.content.type !== 'modal') return null;
  const { title, submit, close, blocks } = view.content;
  return (
    <form
      className="modal"
      role="dialog"
      aria-modal="true"
      aria-labelledby="modal-title"
      data-view={view.id}
      data-key={`${view.hash} ${JSON.stringify(view.errors)}`}
      noValidate
    >
      <header>
        <h2 id="modal-title">{plain(title.text)}</h2>
        <button type="button" className="icon" data-close="" aria-label="Close">
          ✕
        </button>
      </header>
      <div className="modal-body">
        <Blocks
          surface={{ viewpoint: data.viewpoint, values: view.values, warned: data.warnedOn(view.id) }}
          blocks={blocks}
          errors={view.errors}
        />
      </div>
      <p className="modal-failure" role="alert" hidden>
        We had some trouble connecting. Try again?
      </p>
      <footer>
        <button type="button" className="button" data-close="">
          {plain(close?.text ?? 'Cancel')}
        </button>
        {submit !== undefined && (
          <button type="submit" className="button primary">
            {plain(submit.text)}
          </button>
        )}
      </footer>
    </form>
  );
}
