import { checkDocuments } from './embed-examples.ts'
import { together, toolStep, wholeStep, type Step } from './steps.ts'

/** Compiles everything. */
export const types = toolStep('types', 'tsc', ['-p', '.'])
/** The console's pages have a library of their own: the browser's. */
const clientTypes = toolStep('client types', 'tsc', ['-p', 'packages/console/client'])

/** Checks that run no test: format, lint, types, and the programs in documents. */
export const checks: readonly Step[] = [
  toolStep('format', 'oxfmt', ['--check']),
  together(toolStep('lint', 'oxlint'), types, clientTypes),
  wholeStep('documents', checkDocuments),
]
