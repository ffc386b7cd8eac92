import {
  checkPolicy,
  checkRuntime,
  checkToolAuth,
  crossCheckTools,
  diffBundles,
  FleetError,
  toToolNameInterrupts,
  type AgentBundle,
} from '@sallyport/fleet'
import { assembleBundle } from '../../../packages/fleet/src/bundle/read-bundle.ts'
import { createReading } from '../../../packages/fleet/src/bundle/reading.ts'
import { filesOf, type Plan } from './plan.ts'

/** A function under measurement; `prepare` is not measured. */
export interface Subject {
  readonly prepare: (plan: Plan) => Promise<() => unknown>
}

const policy = {
  mcpHosts: [
    'mcp.example.com',
    '*.example.com:8443',
    ...Array.from({ length: 20 }, (_, index) => `*.h${index}.example`),
  ],
  keepInterrupts: ['*send*', 'gmail_*_email', '*a*b*c*d*', { tool: '*', server: '*.example.com' }],
  effectiveInterrupts: true,
  models: ['anthropic:claude-*', '*a*b*c*'],
  maxFileBytes: 1_000,
} as const

export const subjects = {
  assemble: async (plan) => {
    const files = filesOf(plan, 1)
    // Rejecting costs too.
    return () =>
      assembleBundle(files, [], createReading()).catch((error: unknown) => {
        if (!FleetError.is(error)) throw error
      })
  },
  digest: async (plan) => {
    const bundle = await bundleOf(plan, 1)
    return () => bundle.digest
  },
  checkPolicy: async (plan) => {
    const bundle = await bundleOf(plan, 1)
    return async () => (await checkPolicy(bundle, policy)).toText()
  },
  diffBundles: async (plan) => {
    const [before, after] = await bothOf(plan)
    return () => diffBundles(before, after)
  },
  'diff.toText': async (plan) => {
    const [before, after] = await bothOf(plan)
    const diff = await diffBundles(before, after)
    return () => diff.toText()
  },
  'diff.toMarkdown': async (plan) => {
    const [before, after] = await bothOf(plan)
    const diff = await diffBundles(before, after)
    return () => diff.toMarkdown()
  },
  checkRuntime: async (plan) => {
    const bundle = await bundleOf(plan, 1)
    return async () => (await checkRuntime(bundle)).toText()
  },
  toToolNameInterrupts: async (plan) => {
    const bundle = await bundleOf(plan, 1)
    return () => toToolNameInterrupts(bundle)
  },
  checkToolAuth: async (plan) => {
    const bundle = await bundleOf(plan, 1)
    return () => checkToolAuth(requirementsOf(bundle), { env: {} }, bundle)
  },
  crossCheckTools: async (plan) => {
    const bundle = await bundleOf(plan, 1)
    return () => crossCheckTools(bundle, [])
  },
} as const satisfies Record<string, (plan: Plan) => Promise<() => unknown>>

export type SubjectName = keyof typeof subjects

function requirementsOf(bundle: AgentBundle) {
  return bundle.tools.tools
    .slice(0, 1_000)
    .map(({ name }) => ({ tool_name: name, auth_type: 'api_key' as const, required_env_vars: [name] }))
}

async function bundleOf(plan: Plan, version: 0 | 1): Promise<AgentBundle> {
  return assembleBundle(filesOf(plan, version), [], createReading())
}

async function bothOf(plan: Plan): Promise<[AgentBundle | undefined, AgentBundle]> {
  return [(plan.differs & 64) === 0 ? await bundleOf(plan, 0) : undefined, await bundleOf(plan, 1)]
}
