import { checkDocuments } from './embed-examples.ts'
import { toolStep, wholeStep, type Step } from './steps.ts'

/** The compiler over everything. */
export const types = toolStep('types', 'tsc', ['-p', '.'])

/** What needs no test to run: format, lint, types, and the programs in documents. */
export const checks: readonly Step[] = [
  toolStep('format', 'oxfmt', ['--check']),
  toolStep('lint', 'oxlint'),
  types,
  wholeStep('documents', async () => checkDocuments()),
]
