/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/project/strip-types.js' },
  reporters: ['default', '<rootDir>/test/project/tally-reporter.js'],
  // Jest would leave one core idle; on the two cores of a small machine that is half of them.
  maxWorkers: '100%',
  testTimeout: 20_000,
}
