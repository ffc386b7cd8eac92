import { defineConfig } from 'vitest/config'
import { slowFirst } from './scripts/slow-first.ts'
import { base } from './vitest.config.ts'

// These measure time: nothing else runs meanwhile.
const alone = ['bench', 'console-tail', 'timing', 'turns'].map((name) => `test/long/${name}.test.ts`)

export default defineConfig({
  ...base,
  test: {
    ...base.test,
    testTimeout: 600_000,
    passWithNoTests: true,
    sequence: {
      sequencer: slowFirst([
        'test/long/console-growth.test.ts',
        'test/long/create-projects.test.ts',
        'test/long/fleet-fuzz.test.ts',
        'test/long/fleet-deploy.test.ts',
        'test/long/inbox-chaos.test.ts',
      ]),
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'side by side',
          include: ['test/long/**/*.test.ts'],
          exclude: alone,
          // One more than a small machine has cores: most of these wait for processes, browsers and databases.
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      { extends: true, test: { name: 'alone', include: alone, maxWorkers: 1, sequence: { groupOrder: 2 } } },
    ],
  },
})
