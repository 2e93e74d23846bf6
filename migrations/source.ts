import { createRequire } from 'node:module';
import type { Knex } from 'knex';

/** The steps in order. Names carry no extension: what tsx migrated, built code recognises. */
export const MIGRATIONS = [
  '001-people',
  '002-workspaces',
  '003-approvals',
  '004-telling',
  '005-audit',
  '006-slack-leases',
  '007-single-sign-on',
  '009-notices',
  '010-claims',
  '011-delegations',
  '012-access-keys',
  '013-guest-links',
  '014-access-changes',
  '016-access-requests',
  '018-key-notices',
  '020-fresh-cards',
  '021-guest-digests',
  '030-measures',
  '035-digests-by-roles',
  '045-searching',
] as const;

interface Step {
  up(knex: Knex): Promise<void>;
  down(knex: Knex): Promise<void>;
}

// createRequire, not import(): the compilers that run this file treat import() differently.
const load = createRequire(__filename);

/** Knex's door to our migrations. */
export const migrationSource: Knex.MigrationSource<string> = {
  getMigrations: () => Promise.resolve([...MIGRATIONS]),
  getMigrationName: (name) => name,
  getMigration: (name) => Promise.resolve(load(`./steps/${name}`) as Step),
};
