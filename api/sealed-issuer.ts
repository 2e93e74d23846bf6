import type { SsoSettings } from '../store/models';
import { createSeal } from '../store/seal';
import type { ApiDeps } from './deps';

/** The purpose under which issuers' client secrets are sealed. */
export const ISSUER_SECRETS = 'doorlist issuer secrets';

/** A team's issuer as it is kept: nobody who reads the database signs people in as the team's client (TEAM-7). */
export function sealedIssuer({ config }: ApiDeps, sso: SsoSettings): SsoSettings {
  const sealed = createSeal(config.secret, ISSUER_SECRETS).seal(sso.clientSecret);
  return { ...sso, clientSecret: sealed.toString('base64') };
}
