'use strict';

// One jest project per test layer; `npm test` runs them all, `jest --selectProjects unit` one of them.
const swc = [
  '@swc/jest',
  {
    swcrc: false,
    jsc: {
      parser: { syntax: 'typescript', tsx: true },
      target: 'es2022',
      transform: { react: { runtime: 'automatic' } },
    },
    module: { type: 'commonjs' },
  },
];

// These packages are ES modules alone, which jest's own require does not load.
const esModules = '@secretlint|openid-client|oauth4webapi|jose|oidc-provider';
const swcOfModules = [
  '@swc/jest',
  {
    swcrc: false,
    jsc: { parser: { syntax: 'ecmascript' }, target: 'es2022' },
    module: { type: 'commonjs' },
  },
];

const project = (name, extra = {}) => ({
  displayName: name,
  testEnvironment: 'node',
  roots: [`<rootDir>/test/${name}`],
  testMatch: ['**/*.test.ts', '**/*.test.tsx'],
  transform: {
    '^.+\\.tsx?$': swc,
    [`/node_modules/(?:${esModules})/.+\\.m?js$`]: swcOfModules,
  },
  transformIgnorePatterns: [`/node_modules/(?!(?:${esModules})/)`],
  ...extra,
});

const postgres = {
  globalSetup: '<rootDir>/test/support/postgres-setup.ts',
  globalTeardown: '<rootDir>/test/support/postgres-teardown.ts',
};

// npm gives each of Temporal's packages a copy of protobufjs of its own, and a history read with one copy is none to
// another: all use the copy that made Temporal's types.
const oneProtobuf = {
  moduleNameMapper: {
    '^protobufjs/ext/protojson$': require.resolve('protobufjs/ext/protojson', {
      paths: [require.resolve('@temporalio/proto', { paths: [require.resolve('@temporalio/worker')] })],
    }),
  },
};

module.exports = {
  // The machine that CI runs on has two cores, and each layer brings servers of its own.
  maxWorkers: 2,
  // What a suite leaves in the heap slows all that follow it in its process.
  workerIdleMemoryLimit: '700MB',
  testTimeout: 30_000,
  projects: [
    project('unit'),
    project('slack-stand-in'),
    project('embedded'),
    project('operation', postgres),
    project('activity', postgres),
    project('workflow', {
      globalSetup: '<rootDir>/test/support/workflow-setup.ts',
      globalTeardown: '<rootDir>/test/support/workflow-teardown.ts',
    }),
    project('replay', oneProtobuf),
    project('bot', postgres),
    project('api', postgres),
    project('system'),
  ],
};
