import { BaseSequencer, type TestSequencerConstructor, type TestSpecification } from 'vitest/node'

/**
 * Makes vitest begin with these files. They take longest, and most of it they wait; begun later, the last of them would run
 * alone. Vitest itself begins with the largest files until it knows how long each takes, which a fresh checkout does not.
 */
export function slowFirst(slow: readonly string[]): TestSequencerConstructor {
  return class extends BaseSequencer {
    override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
      // oxlint-disable-next-line unicorn/no-array-sort -- not that of an array
      const sorted = await super.sort(files)
      const isSlow = ({ moduleId }: TestSpecification): boolean => slow.some((file) => moduleId.endsWith(file))
      return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))]
    }
  }
}
