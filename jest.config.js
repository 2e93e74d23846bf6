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

const project = (name, extra = {}) => ({
  displayName: name,
  testEnvironment: 'node',
  roots: [`<rootDir>/test/${name}`],
  testMatch: ['**/*.test.ts', '**/*.test.tsx'],
  transform: {
    '^.+\\.tsx?$': swc,
  },
  ...extra,
});

const postgres = {
  globalSetup: '<rootDir>/test/support/postgres-setup.ts',
  globalTeardown: '<rootDir>/test/support/postgres-teardown.ts',
};

module.exports = {
  // The machine that CI runs on has two cores, and each layer brings servers of its own.
  maxWorkers: 2,
  // Races of fifty rounds on real servers, on a machine that has other work.
  testTimeout: 60_000,
  projects: [
    project('unit'),
    project('slack-stand-in'),
    project('embedded'),
    project('operation', postgres),
    project('bot', postgres),
    project('api', postgres),
    project('system'),
  ],
};
