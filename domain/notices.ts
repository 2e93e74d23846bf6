import type { QuietHours } from './quiet-hours';

/** What people are told about; each has its own switches (SLACK-5). */
export const TOPICS = ['shares', 'approvals', 'keys', 'guests', 'digest'] as const;
export type Topic = (typeof TOPICS)[number];

/** The ways on which a notice reaches a person. */
export const CHANNELS = ['slack', 'email', 'inApp'] as const;
export type NoticeChannel = (typeof CHANNELS)[number];

/** Which ways are open for each topic, and when nobody is to be disturbed. */
export interface NoticePreferences {
  readonly topics: Readonly<Record<Topic, Readonly<Record<NoticeChannel, boolean>>>>;
  readonly quietHours: QuietHours | null;
}

/** Preferences as somebody gives them: what they leave out is on. */
export interface GivenPreferences {
  readonly topics: Readonly<Partial<Record<Topic, Readonly<Partial<Record<NoticeChannel, boolean>>>>>>;
  readonly quietHours: QuietHours | null;
}

/** Fills in what was left out: all is on, and no hour is quiet. */
export function completePreferences(given: GivenPreferences | null): NoticePreferences {
  const channelsOf = (topic: Topic) => {
    const { slack = true, email = true, inApp = true } = given?.topics[topic] ?? {};
    return { slack, email, inApp };
  };
  return {
    topics: {
      shares: channelsOf('shares'),
      approvals: channelsOf('approvals'),
      keys: channelsOf('keys'),
      guests: channelsOf('guests'),
      digest: channelsOf('digest'),
    },
    quietHours: given?.quietHours ?? null,
  };
}
