import type { AppsManifestCreateArguments } from '@slack/web-api';

type Manifest = Exclude<AppsManifestCreateArguments['manifest'], string>;

/** What the bot may do, and what for. Nothing else is asked for. */
export const SCOPES = {
  'chat:write': 'posts and redraws the cards, and private notes to whoever clicked',
  'im:write': 'opens direct messages with approvers and requesters',
  'users:read': 'reads whether a person is active, where a team matches accounts by e-mail',
  'users:read.email': 'finds a person who has not linked their account, to tell them',
  'channels:history':
    'looks for a card whose posting was not answered, before posting again, and takes in what people answer in a card’s thread: public channels',
  'groups:history': 'the same in private channels',
  'im:history': 'the same in direct messages',
} as const;

/** Events that end the bot's stay in a workspace. */
export const SHUT_OUT_EVENTS = ['app_uninstalled', 'tokens_revoked'] as const;

/** Events that the bot hears of: those, and messages, of which it takes in the answers to its cards. */
export const EVENTS = [...SHUT_OUT_EVENTS, 'message.channels', 'message.groups', 'message.im'] as const;

/** Where Slack delivers events and interactions. */
export const CALLBACK_PATH = '/slack/events';

/**
 * The app's manifest, as Slack takes it when an app is made (`api.slack.com/apps?new_app=1`).
 * @param publicUrl where Slack reaches us, without a slash at the end
 */
export function manifest(publicUrl: string): Manifest {
  const url = `${publicUrl}${CALLBACK_PATH}`;
  return {
    _metadata: { major_version: 1 },
    display_information: {
      name: 'Doorlist',
      description: 'Asks who may be let into your API workspaces, and shows what became of it.',
    },
    features: {
      bot_user: { display_name: 'Doorlist', always_online: true },
      // Without it nobody could answer a card in their own messages.
      app_home: {
        home_tab_enabled: false,
        messages_tab_enabled: true,
        messages_tab_read_only_enabled: false,
      },
    },
    oauth_config: { scopes: { bot: Object.keys(SCOPES) as (keyof typeof SCOPES)[] } },
    settings: {
      event_subscriptions: { request_url: url, bot_events: [...EVENTS] },
      interactivity: { is_enabled: true, request_url: url },
      org_deploy_enabled: false,
      socket_mode_enabled: false,
      // Rotating tokens would have to be renewed by every process that speaks to Slack.
      token_rotation_enabled: false,
    },
  };
}
