import { agentNames, toFleetBody, type AgentName } from '../agents/publish.ts'

/**
 * Plays Fleet: publishes an example agent to a server on this machine, and prints its answer.
 *
 * @param changes values of the form, as `environment=dev` or `dry_run=true`
 * @returns whether the server accepted it
 */
export async function publish(name: string, changes: readonly string[], token: string, port: number): Promise<boolean> {
  const body = await toFleetBody(toAgentName(name))
  const response = await fetch(`http://127.0.0.1:${port}/webhooks/fleet`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...body, input: { ...body.input, ...Object.fromEntries(changes.map(toValue)) } }),
  })
  console.log(response.status, await response.text())
  return response.ok
}

function toAgentName(name: string): AgentName {
  const known = agentNames.find((candidate) => candidate === name)
  if (known === undefined) throw new Error(`there is no agent "${name}"; there are: ${agentNames.join(', ')}`)
  return known
}

function toValue(change: string): [name: string, value: unknown] {
  const [name = '', text = ''] = change.split(/=(.*)/s)
  return [name, text === 'true' || (text === 'false' ? false : text)]
}
