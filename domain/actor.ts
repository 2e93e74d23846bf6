/**
 * Who did something: a person (perhaps for another; `ssoTeamId` where a team's issuer signed them in), the operator, a service token, or one of our rules by name (OPS-6).
 */
export type Actor =
  | {
      readonly type: 'person';
      readonly userId: string;
      readonly onBehalfOf?: string;
      readonly ssoTeamId?: string;
    }
  | { readonly type: 'operator' }
  | { readonly type: 'service'; readonly tokenId: string; readonly teamId: string }
  | { readonly type: 'rule'; readonly name: string };

/** Where it came from. */
export const SOURCES = ['slack', 'web', 'api', 'timer', 'system'] as const;
export type Source = (typeof SOURCES)[number];

/** What every operation is told besides its input: who, from where, at which instant, under which request id. */
export interface Cause {
  readonly actor: Actor;
  readonly source: Source;
  readonly requestId: string | null;
  /** The one instant that this operation reckons with. */
  readonly asOf: Date;
}
