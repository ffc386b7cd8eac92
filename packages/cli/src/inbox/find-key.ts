import type { Engine, StoredEvent } from 'sallyport/inbox'
import { CliError } from '../cli-error.ts'
import { toLine } from '../output.ts'
import { toAge } from '../text/amounts.ts'
import { toBareId } from './short-keys.ts'

const shortest = 6
const pageSize = 1_000
const mostNamed = 5

/**
 * The key of the event with this key, id, or beginning of an id.
 *
 * @throws CliError `EVENT_MISSING`, `EVENT_AMBIGUOUS`
 */
export async function findKey(engine: Engine, name: string): Promise<string> {
  if ((await engine.get(name)) !== undefined) return name
  const found = name.length < shortest ? [] : await findByBeginning(engine, name)
  if (found.length === 1) return found[0]!.key
  if (found.length > 1) {
    const lines = found.slice(0, mostNamed).map(({ id, provider, type, storedAt }) => {
      return `${toLine(toBareId(id))}  ${toLine(provider)} ${toLine(type)}, ${toAge(storedAt)}`
    })
    throw new CliError('no', 'EVENT_AMBIGUOUS', `several events have ids that begin with ${toLine(name)}`, {
      fix: ['Pass more of the id, or the key that --json shows. Among them:', ...lines].join('\n'),
    })
  }
  throw new CliError('no', 'EVENT_MISSING', `no event has the id or key ${toLine(name)}`, {
    fix:
      name.length < shortest
        ? `Pass at least ${shortest} characters of it; \`sallyport inbox list\` shows enough.`
        : 'Run `sallyport inbox list` to see the keys.',
  })
}

/** A few of the events whose id begins so; those with exactly this id, if there are any. */
async function findByBeginning(engine: Engine, name: string): Promise<readonly StoredEvent[]> {
  const beginning = toBareId(name)
  const exact: StoredEvent[] = []
  const others: StoredEvent[] = []
  let after: string | undefined
  do {
    const page = await engine.list({ search: name, limit: pageSize, after })
    for (const event of page.events) {
      const id = toBareId(event.id)
      if (id === beginning) exact.push(event)
      else if (id.startsWith(beginning) && others.length < mostNamed) others.push(event)
    }
    after = page.next
  } while (after !== undefined)
  return exact.length > 0 ? exact : others
}
