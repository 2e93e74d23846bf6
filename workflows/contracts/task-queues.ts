/** The queue of all workflows and of the activities that write rows or send mail. */
export const MAIN_QUEUE = 'doorlist';

/** The queue of activities that call Slack: a slow or rate-limited Slack takes no place from the others. */
export const SLACK_QUEUE = 'doorlist-slack';
