import type { AgentDiff } from '../api.ts'
import type { AgentPlace } from './agents.ts'

type ShownChange = AgentDiff['changes'][number]

/** Compares two releases as they were published, after both are compared with their manifests. */
export async function diffReleases(
  { fleet, root }: AgentPlace,
  name: string,
  from: string,
  to: string,
): Promise<AgentDiff> {
  const [before, after] = [
    await fleet.readPublished(root, { name, digest: from }),
    await fleet.readPublished(root, { name, digest: to }),
  ]
  const diff = await fleet.diffBundles(before, after)
  return toShownDiff(await diff.toText(), diff.omittedChanges)
}

const severities = { WARNING: 'warning', notice: 'notice', info: 'info' } as const
const indent = ' '.repeat(9)

/** Takes the text of a diff apart: a summary, then each change, and below it its lines with an indent. */
export function toShownDiff(text: string, omitted: number): AgentDiff {
  const [summary = '', ...rows] = text.split('\n')
  const changes: (ShownChange & { lines: string[] })[] = []
  for (const row of rows) {
    if (row.startsWith(indent)) {
      changes.at(-1)?.lines.push(row.slice(indent.length))
      continue
    }
    const [, word, change] = /^(WARNING|notice|info) {2,5}(.*)$/.exec(row) ?? []
    if (change === undefined) continue
    changes.push({ severity: severities[word as keyof typeof severities], text: change, lines: [] })
  }
  return { summary, changes, omitted }
}
