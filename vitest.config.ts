/** How the tests run. `.ci/run` names a file in ZTNET_TEST_REPORT to count from; by hand only the usual report is printed. */
import { defineConfig } from 'vitest/config'

const report = process.env['ZTNET_TEST_REPORT']

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/seed.ts'],
    // By default one core is left idle, which of two is half.
    maxWorkers: '100%',
    // Laws and oracles try many cases, and a CI machine may have one slow core.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
  },
})
