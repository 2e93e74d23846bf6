import type { ReactNode } from 'react';
import { userName, type Viewpoint } from './names';

/** How many colours the style sheet has for people. */
const TONES = 6;

/** A coloured square with initials. */
export function Avatar({ viewpoint, userId }: { viewpoint: Viewpoint; userId: string }): ReactNode {
  const name = userName(viewpoint, userId);
  const initials = name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join('');
  const tone = Array.from(userId).reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % TONES;
  return (
    <span className={`avatar tone-${tone}`} aria-hidden="true">
      {initials}
    </span>
  );
}
