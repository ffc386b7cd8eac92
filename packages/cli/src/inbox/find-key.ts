import type { Engine } from 'sallyport/inbox'
import { CliError } from '../cli-error.ts'

const shortest = 6

/**
 * The key of the event with this key, id, or beginning of an id.
 *
 * @throws CliError `EVENT_MISSING`, `EVENT_AMBIGUOUS`
 */
export async function findKey(engine: Engine, name: string): Promise<string> {
  if ((await engine.get(name)) !== undefined) return name
  if (name.length >= shortest) {
    const { events } = await engine.list({ search: name, limit: 100 })
    const exact = events.filter(({ id }) => id === name)
    const withoutPrefix = (id: string): string => id.replace(/^sha256:/, '')
    const found =
      exact.length > 0 ? exact : events.filter(({ id }) => withoutPrefix(id).startsWith(withoutPrefix(name)))
    if (found.length === 1) return found[0]!.key
    if (found.length > 1)
      throw new CliError('no', 'EVENT_AMBIGUOUS', 'several events match', {
        fix: 'Pass the whole id, or the key that --json shows.',
      })
  }
  throw new CliError('no', 'EVENT_MISSING', 'no event has this id or key', {
    fix: 'Run `sallyport inbox list` to see the ids.',
  })
}
