import { ApiError } from './api-error';
import type { Channel, Workspace } from './types';

const PREFIX = { channel: 'channels', im: 'im', mpim: 'mpim' } as const;

/** @throws ApiError `missing_scope` with `needed` and `provided`, as Slack answers. */
export function requireScope(workspace: Workspace, needed: string): void {
  if (!workspace.scopes.includes(needed))
    throw new ApiError('missing_scope', { needed, provided: workspace.scopes.join(',') });
}

/** The scope for reading about (`read`) or in (`history`) a conversation of this kind. */
export function channelScope(channel: Channel, what: 'read' | 'history'): string {
  const prefix = channel.kind === 'channel' && channel.isPrivate ? 'groups' : PREFIX[channel.kind];
  return `${prefix}:${what}`;
}
