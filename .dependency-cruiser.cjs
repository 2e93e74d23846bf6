'use strict';

// Imports point one way: domain ← store ← operations ← activities, domain ← workflows/contracts ← workflows.
const rooms = {
  domain: [],
  'workflows/contracts': ['domain'],
  config: [],
  store: ['domain'],
  mail: ['domain', 'config'],
  operations: ['domain', 'store'],
  activities: [
    'domain',
    'store',
    'operations',
    'mail',
    'bot/cards',
    'bot/web-client',
    'config',
    'workflows/contracts',
    'workflows/client',
  ],
  workers: ['domain', 'store', 'config', 'activities', 'workflows', 'mail', 'bot/web-client', 'operations'],
  api: ['domain', 'store', 'operations', 'workflows/client', 'workflows/contracts', 'config', 'mail'],
  bot: ['domain', 'store', 'operations', 'workflows/client', 'workflows/contracts', 'config'],
  migrations: ['config', 'domain', 'workflows/contracts'],
};

const own =
  '^(domain|workflows|config|store|mail|operations|activities|workers|api|bot|migrations|embedded|test)/';
const mayUse = Object.entries(rooms).map(([room, others]) => ({
  name: `${room.replace('/', '-')}-looks-one-way`,
  severity: 'error',
  from: { path: `^${room}/` },
  to: { path: own, pathNot: [`^${room}/`, ...others.map((other) => `^${other}(/|\\.ts$|-)`)] },
}));

module.exports = {
  forbidden: [
    ...mayUse,
    {
      name: 'domain-imports-nothing',
      severity: 'error',
      comment: 'But for luxon: the rules of the world’s clocks are no business of ours, and it is pure.',
      from: { path: '^domain/' },
      to: { pathNot: ['^domain/', 'node_modules/(@types/)?luxon/'] },
    },
    {
      name: 'contracts-stay-small',
      comment:
        'Everybody imports a contract, the workflow sandbox too: only Temporal’s own types may come along.',
      severity: 'error',
      from: { path: '^workflows/contracts/' },
      to: { pathNot: ['^workflows/contracts/', '^domain/', '@temporalio/(common|workflow)'] },
    },
    {
      name: 'workflows-see-activities-as-types',
      severity: 'error',
      from: { path: '^workflows/', pathNot: '^workflows/(client|contracts)' },
      to: { path: '^activities/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'workflows-stay-in-the-sandbox',
      severity: 'error',
      from: { path: '^workflows/', pathNot: '^workflows/client' },
      to: {
        path: '^(store|operations|api|bot|config|mail|workers|embedded)/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'client-knows-no-workflow-body',
      severity: 'error',
      from: { path: '^workflows/client' },
      to: { path: '^workflows/(?!contracts/|client)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'product-knows-no-embedded-part',
      severity: 'error',
      from: {
        path: '^(domain|workflows|config|store|mail|operations|activities|workers|api|bot|migrations)/',
      },
      to: { path: '^(embedded|test|bench)/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-dev-dependency-in-the-product',
      severity: 'error',
      from: {
        path: '^(domain|workflows|config|store|mail|operations|activities|workers|api|bot|migrations|embedded)/',
      },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: 'node_modules/@types/',
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    exclude: { path: '^(dist|node_modules)/' },
  },
};
