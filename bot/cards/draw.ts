import { createHash } from 'node:crypto';
import { approvalCard } from './approval-card';
import type { Audience, CardView } from './card-view';
import type { Drawn } from './parts';
import { requesterCard } from './requester-card';

/** Draws one copy of a request's card. Pure: the same view gives the same blocks. */
export function drawCard(view: CardView, audience: Audience, publicUrl: string): Drawn {
  return audience.kind === 'requester'
    ? requesterCard(view, audience.userId, publicUrl)
    : approvalCard(view, audience, publicUrl);
}

/** What a drawing is known by: a copy whose hash is the same needs no redrawing. */
export function hashOf(drawn: Drawn): string {
  return createHash('sha256').update(JSON.stringify(drawn)).digest('hex');
}
