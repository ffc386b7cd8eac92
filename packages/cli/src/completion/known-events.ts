import { fixtures } from 'sallyport/testing'
import { knownProviders } from '../known-providers.ts'

/** Event types by name. */
export type EventsByName = Readonly<Record<string, readonly string[]>>

/** Event types by provider, of the providers and their fixtures; a configuration's are not known to completion. */
export async function listProviderEvents(): Promise<EventsByName> {
  const lists = Object.entries(knownProviders).map(async ([name, { load, event }]) => {
    const { events } = await load({})
    const types = [...Object.keys(events), ...Object.keys(fixtures[name] ?? {}), event]
    // Neither the sign for all events, nor names with signs that mean something to a shell. Blanks can be quoted.
    return [name, [...new Set(types)].filter((type) => /^[\w.-]+(?: [\w.-]+)*$/.test(type)).toSorted()] as const
  })
  return Object.fromEntries(await Promise.all(lists))
}

/** The words of a list for a shell: those with blanks are quoted. */
export const joinWords = (words: readonly string[]): string =>
  words.map((word) => (word.includes(' ') ? `"${word}"` : word)).join(' ')

const commit = /^context_hub\.commit\./

/** Event types by platform; a commit of LangSmith is triggered as `commit`. Names of Fleet's webhooks are not known. */
export function listPlatformEvents({ sonzai = [], invoratec = [], langsmith = [] }: EventsByName): EventsByName {
  return { sonzai, invoratec, langsmith: langsmith.map((type) => (commit.test(type) ? 'commit' : type)) }
}
