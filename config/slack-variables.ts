import { z } from 'zod';

/** Slack's variables: none of them, or one whole way in. */
export const SLACK_VARIABLES = {
  SLACK_API_URL: z
    .url({ protocol: /^https?$/, error: 'has to be http://… or https://…' })
    .transform((value) => (value.endsWith('/') ? value : `${value}/`))
    .optional(),
  SLACK_SIGNING_SECRET: z.string().optional(),
  SLACK_BOT_TOKEN: z.string().startsWith('xoxb-', 'has to be a bot token, xoxb-…').optional(),
  SLACK_CLIENT_ID: z.string().optional(),
  SLACK_CLIENT_SECRET: z.string().optional(),
  SLACK_APP_TOKEN: z.string().startsWith('xapp-', 'has to be an app-level token, xapp-…').optional(),
};

type SlackName = keyof typeof SLACK_VARIABLES;
/** Whether any of Slack's variables is set, so that a stand-in would be in the way. */
export function namesSlack(env: NodeJS.ProcessEnv): boolean {
  return Object.keys(SLACK_VARIABLES).some((name) => env[name]?.trim());
}

/** What is missing or too much between Slack's variables, none of them empty: pairs of variable and message. */
export function slackProblems(env: NodeJS.ProcessEnv): [SlackName, string][] {
  if (!namesSlack(env)) return [];
  const problems: [SlackName, string][] = [];
  const need = (name: SlackName, why: string) => {
    if (env[name] === undefined) problems.push([name, `is required ${why}`]);
  };
  need('SLACK_SIGNING_SECRET', 'when Slack is configured');
  const byOauth = env.SLACK_CLIENT_ID !== undefined || env.SLACK_CLIENT_SECRET !== undefined;
  if (byOauth && env.SLACK_BOT_TOKEN !== undefined) {
    problems.push(['SLACK_BOT_TOKEN', 'is for one workspace, SLACK_CLIENT_ID for many: set one of them']);
  } else if (byOauth) {
    need('SLACK_CLIENT_ID', 'beside SLACK_CLIENT_SECRET');
    need('SLACK_CLIENT_SECRET', 'beside SLACK_CLIENT_ID');
  } else {
    need('SLACK_BOT_TOKEN', 'when Slack is configured (or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET)');
  }
  return problems;
}
