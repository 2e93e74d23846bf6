import { activeUser } from '../access';
import { ApiError, refuseWithMessages } from '../api-error';
import { checkView } from '../blocks/check';
import type { ViewInput } from '../blocks/view-schema';
import { viewJson } from '../presentation';
import type { Fields, View } from '../types';
import { openModal, publishHome, pushModal, replaceView } from '../views';
import type { Call, Methods } from './method';

function readView({ args }: Call): ViewInput {
  const view = args.json('view', 'invalid_arguments');
  if (view === undefined) throw refuseWithMessages('invalid_arguments', ['missing required field: view']);
  return checkView(view);
}

const answer = ({ state }: Call, view: View): Fields => ({ view: viewJson(state, view) });

/** Finds the view an update names by `view_id` or `external_id`. */
function named({ state, workspace, args }: Call): View {
  const id = args.optional('view_id');
  const external = args.optional('external_id') ?? '';
  if (id === undefined && external === '')
    throw refuseWithMessages('invalid_arguments', ['either view_id or external_id is required']);
  const view =
    id === undefined
      ? state.views.all().find((one) => one.teamId === workspace.id && one.content.external_id === external)
      : state.view(workspace.id, id);
  if (view === undefined) throw new ApiError('not_found');
  return view;
}

/** `views.*` */
export const viewMethods: Methods = {
  'views.open': {
    run: (call) => {
      const trigger = call.args.required('trigger_id');
      const content = readView(call);
      return answer(call, openModal(call.state, call.triggers.use(trigger, call.workspace.id), content));
    },
  },
  'views.push': {
    run: (call) => {
      const trigger = call.args.required('trigger_id');
      const content = readView(call);
      const origin = call.triggers.use(trigger, call.workspace.id);
      // Only something done inside a modal may lay another one on it.
      if (origin.viewId === null) throw new ApiError('invalid_trigger_id');
      return answer(call, pushModal(call.state, origin, content));
    },
  },
  'views.update': {
    run: (call) => {
      const view = named(call);
      return answer(call, replaceView(call.state, view, readView(call), call.args.optional('hash')));
    },
  },
  'views.publish': {
    run: (call) => {
      const user = activeUser(call.state, call.workspace, call.args.required('user_id'));
      const viewer = { teamId: call.workspace.id, userId: user.id };
      return answer(call, publishHome(call.state, viewer, readView(call), call.args.optional('hash')));
    },
  },
};
