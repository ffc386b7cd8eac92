import {
  checkPolicy,
  checkToolAuth,
  crossCheckTools,
  diffBundles,
  type AgentBundle,
  type AvailableAuth,
  type FleetPublish,
} from '@sallyport/fleet'
import { policy } from './policy.ts'

/** The review of a published agent, and whether it may be deployed. */
export interface Review {
  /** For a terminal. */
  readonly text: string
  /** Why it is rejected, beginning with a code; for the publisher. */
  readonly refusal: string | undefined
}

/** Compares a published agent with the deployed one, the policy, and the available credentials. */
export async function review(
  data: FleetPublish<unknown>,
  deployed: AgentBundle | undefined,
  auth: AvailableAuth,
): Promise<Review> {
  const { action, agent, bundle, publisher, toolAuth } = data
  const diff = await diffBundles(deployed, bundle)
  const report = await checkPolicy(bundle, policy)
  const readiness = await checkToolAuth(toolAuth, auth, bundle)
  const tools = await crossCheckTools(bundle, toolAuth)

  const text = [
    // Quoted as JSON: text of others must not control the terminal.
    `${JSON.stringify(action)}: ${JSON.stringify(agent.name)}, by ${JSON.stringify(publisher.email ?? publisher.userId)}`,
    `  input ${JSON.stringify(data.input)}`,
    section('Changes', await diff.toText()),
    section('Policy', report.toText()),
    section('Tools', `${readiness.toTable()}\n${tools.summary}`),
  ].join('\n')

  const [finding] = report.findings
  if (!report.ok) return { text, refusal: `POLICY: ${finding!.path || 'bundle'}: ${finding!.message}` }
  return { text, refusal: readiness.ready ? undefined : `NOT_READY: ${readiness.summary}` }
}

function section(title: string, text: string): string {
  const lines = text.trimEnd().split('\n')
  return [`\n${title}`, ...lines.map((line) => `  ${line}`)].join('\n')
}
