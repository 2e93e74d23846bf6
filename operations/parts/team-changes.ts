import type { TeamPolicy } from '../../domain/policy';
import type { AuditEntry } from '../../store/audit';
import type { SsoSettings, Team } from '../../store/models';

/** A team's settings as the audit log keeps them: never the issuer's client secret. */
export function auditableTeam(team: Team): Record<string, unknown> {
  const { name, slug, plan, seats, autoFlex, policy } = team;
  return { name, slug, plan, seats, autoFlex, policy, sso: auditableSso(team.sso) };
}

/** One audit line per kind of setting that changed. */
export function teamChanges(before: Team, after: Team): AuditEntry[] {
  const target = { type: 'team', id: before.id };
  const changed = <T>(action: string, from: T, to: T, field: string): AuditEntry[] =>
    from === to ? [] : [{ action, target, before: { [field]: from }, after: { [field]: to } }];
  return [
    ...changed('team.name_updated', before.name, after.name, 'name'),
    ...changed('team.plan_updated', before.plan, after.plan, 'plan'),
    ...changed(
      after.seats > before.seats ? 'team.increase_size' : 'team.decrease_size',
      before.seats,
      after.seats,
      'seats',
    ),
    ...changed('team.auto_flex_updated', before.autoFlex, after.autoFlex, 'autoFlex'),
    ...policyChange(before, after),
    ...ssoChange(before, after),
  ];
}

function policyChange(before: Team, after: Team): AuditEntry[] {
  const names = Object.keys(after.policy).filter(
    (name) => JSON.stringify(pick(before.policy, name)) !== JSON.stringify(pick(after.policy, name)),
  );
  if (names.length === 0) return [];
  return [
    {
      action: 'team.policy_updated',
      target: { type: 'team', id: before.id },
      before: Object.fromEntries(names.map((name) => [name, pick(before.policy, name) ?? null])),
      after: Object.fromEntries(names.map((name) => [name, pick(after.policy, name) ?? null])),
    },
  ];
}

function ssoChange(before: Team, after: Team): AuditEntry[] {
  // The secret counts as a change without being told: compared whole, written without it.
  if (JSON.stringify(sorted(before.sso)) === JSON.stringify(sorted(after.sso))) return [];
  const verb = before.sso === null ? 'enabled' : after.sso === null ? 'removed' : 'updated';
  return [
    {
      action: `team.customauth.${verb}`,
      target: { type: 'team', id: before.id },
      before: auditableSso(before.sso),
      after: auditableSso(after.sso),
    },
  ];
}

function auditableSso(sso: SsoSettings | null | undefined): Record<string, unknown> | null {
  if (sso === null || sso === undefined) return null;
  return { issuer: sso.issuer, clientId: sso.clientId, domains: sso.domains };
}

function sorted(sso: SsoSettings | null): unknown[] | null {
  return sso === null ? null : [sso.issuer, sso.clientId, sso.clientSecret, ...sso.domains];
}

function pick(policy: Partial<TeamPolicy>, name: string): unknown {
  return policy[name as keyof TeamPolicy];
}
