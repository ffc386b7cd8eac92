import { toolStep, type Step } from './steps.ts'

/** What needs no test to run: format, lint, types. */
export const checks: readonly Step[] = [
  toolStep('format', 'oxfmt', ['--check']),
  toolStep('lint', 'oxlint'),
  toolStep('types', 'tsc', ['-p', '.']),
]
