import { checkDocuments } from './embed-examples.ts'
import { toolStep, wholeStep, type Step } from './steps.ts'

/** What needs no test to run: format, lint, types, and the programs in documents. */
export const checks: readonly Step[] = [
  toolStep('format', 'oxfmt', ['--check']),
  toolStep('lint', 'oxlint'),
  toolStep('types', 'tsc', ['-p', '.']),
  wholeStep('documents', async () => checkDocuments()),
]
