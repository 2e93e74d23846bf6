import { SHARE_ROLES, type ShareRole } from '../../../domain/roles';
import { NOTE_BLOCK, NOTE_INPUT, ROLE_BLOCK, ROLE_INPUT } from '../../cards/control-ids';
import type { BotDeps } from '../../deps';
import { whenSubmitted, type Filled } from './submitting';

/** The role and the note of an approval came (SLACK-4). Without a choice the role is as asked for. */
export function approveSubmit(deps: BotDeps) {
  return whenSubmitted(deps, {
    verdict: 'approve',
    read: (filled) => ({ reason: noteOf(filled), grantRole: roleOf(filled) }),
    // A seat may become free while the form is open.
    correctable: { no_seats: NOTE_BLOCK },
    done: 'Your approval is recorded. The card shows it.',
  });
}

function noteOf(filled: Filled): string | null {
  const note = filled[NOTE_BLOCK]?.[NOTE_INPUT]?.value ?? '';
  return note.trim() === '' ? null : note;
}

function roleOf(filled: Filled): ShareRole | null {
  const chosen = filled[ROLE_BLOCK]?.[ROLE_INPUT]?.selected_option?.value;
  return SHARE_ROLES.find((role) => role === chosen) ?? null;
}
