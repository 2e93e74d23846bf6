import { actor } from '../delivery/payloads';
import { newSecret } from '../ids';
import { viewJson } from '../presentation';
import { homeView } from '../views';
import { ensureDirect } from '../workspaces';
import type { Handlers } from './contract';
import { type ControlParts, sent, workspaceOf } from './parts';

/** Verbs that make Slack itself send something. */
export function deliveryHandlers(
  parts: ControlParts,
): Handlers<'openHome' | 'event' | 'deliver' | 'setEventsUrl' | 'advance'> {
  const { state, events, deliverer } = parts;
  return {
    openHome: async ({ team, user }) => {
      const who = actor(state, workspaceOf(parts, team).id, user);
      const home = homeView(state, { teamId: who.workspace.id, userId: user });
      const event = {
        type: 'app_home_opened',
        user,
        channel: ensureDirect(state, who.workspace, [user]).id,
        tab: 'home',
        ...(home === undefined ? {} : { view: viewJson(state, home) }),
      };
      return sent(await events.send(who.workspace.id, event));
    },
    event: async ({ team, event }) => sent(await events.send(workspaceOf(parts, team).id, event)),
    deliver: async ({ team, payload, as, wrongSignature }) => {
      const kind = typeof payload.type === 'string' ? payload.type : as;
      const secret = wrongSignature ? newSecret() : undefined;
      return sent(await deliverer.send({ team: workspaceOf(parts, team).id, kind, payload, as, secret }));
    },
    setEventsUrl: ({ eventsUrl }) => {
      state.setEventsUrl(eventsUrl);
      return null;
    },
    advance: async ({ ms }) => {
      state.clock.advance(ms);
      await events.repeatDue();
      return null;
    },
  };
}
