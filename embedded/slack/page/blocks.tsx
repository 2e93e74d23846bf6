import type { ReactNode } from 'react';
import type { AnyBlock } from '../blocks/block-schemas';
import { Control, type SurfaceInfo } from './element';
import { Mrkdwn, plain, Text } from './mrkdwn';

interface BlockProps {
  surface: SurfaceInfo;
  block: AnyBlock;
  error?: string | undefined;
}

/** The blocks of a message or view, in order. */
export function Blocks({
  surface,
  blocks,
  errors = {},
}: {
  surface: SurfaceInfo;
  blocks: AnyBlock[];
  errors?: Record<string, string>;
}): ReactNode {
  return blocks.map((block, index) => (
    <BlockView
      key={block.block_id ?? index}
      surface={surface}
      block={block}
      error={errors[block.block_id ?? '']}
    />
  ));
}

function BlockView({ surface, block, error }: BlockProps): ReactNode {
  const { viewpoint } = surface;
  switch (block.type) {
    case 'header':
      return <h3 className="block-header">{plain(block.text.text)}</h3>;
    case 'divider':
      return <hr />;
    case 'markdown':
      return <p className="block-text">{block.text}</p>;
    case 'alert':
      return (
        <div className={`alert ${block.level ?? 'default'}`} role="alert">
          <Text viewpoint={viewpoint} text={block.text} />
        </div>
      );
    case 'image':
      return (
        <figure>
          {block.title !== undefined && <figcaption>{plain(block.title.text)}</figcaption>}
          <img src={block.image_url} alt={block.alt_text} />
        </figure>
      );
    case 'context':
      return (
        <div className="context">
          {block.elements.map((element, index) =>
            element.type === 'image' ? (
              <img key={index} src={element.image_url} alt={element.alt_text} />
            ) : (
              <span key={index}>
                <Text viewpoint={viewpoint} text={element} />
              </span>
            ),
          )}
        </div>
      );
    case 'actions':
      return (
        <div className="actions">
          {block.elements.map((element) => (
            <Control key={element.action_id} surface={surface} block={block} element={element} />
          ))}
        </div>
      );
    case 'input':
      return <InputBlock surface={surface} block={block} error={error} />;
    case 'section':
      return <Section surface={surface} block={block} />;
  }
}

function Section({
  surface,
  block,
}: {
  surface: SurfaceInfo;
  block: Extract<AnyBlock, { type: 'section' }>;
}): ReactNode {
  const { viewpoint } = surface;
  const { accessory } = block;
  return (
    <div className="section">
      <div className="section-body">
        {block.text !== undefined && (
          <div className="block-text">
            <Text viewpoint={viewpoint} text={block.text} />
          </div>
        )}
        {block.fields !== undefined && (
          <div className="fields">
            {block.fields.map((field, index) => (
              <div key={index}>
                <Text viewpoint={viewpoint} text={field} />
              </div>
            ))}
          </div>
        )}
      </div>
      {accessory?.type === 'image' && (
        <img className="accessory" src={accessory.image_url} alt={accessory.alt_text} />
      )}
      {accessory !== undefined && accessory.type !== 'image' && (
        <Control surface={surface} block={block} element={accessory} />
      )}
    </div>
  );
}

function InputBlock({
  surface,
  block,
  error,
}: {
  surface: SurfaceInfo;
  block: Extract<AnyBlock, { type: 'input' }>;
  error: string | undefined;
}): ReactNode {
  return (
    <div className={error === undefined ? 'field' : 'field wrong'}>
      <label htmlFor={`${block.block_id ?? ''}-field`}>
        {plain(block.label.text)}
        {block.optional === true && <small> (optional)</small>}
      </label>
      <Control surface={surface} block={block} element={block.element} />
      {error !== undefined && (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
      {block.hint !== undefined && <p className="hint">{plain(block.hint.text)}</p>}
    </div>
  );
}

/** What a message shows: its blocks, or its text where it has none. */
export function MessageBody({
  surface,
  blocks,
  text,
}: {
  surface: SurfaceInfo;
  blocks: AnyBlock[];
  text: string;
}): ReactNode {
  if (blocks.length > 0) return <Blocks surface={surface} blocks={blocks} />;
  return (
    <div className="block-text">
      <Mrkdwn viewpoint={surface.viewpoint} text={text} />
    </div>
  );
}
