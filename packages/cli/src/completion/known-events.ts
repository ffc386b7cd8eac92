import { fixtures } from 'sallyport/testing'
import { knownProviders } from '../known-providers.ts'

/** Event types by provider, of the providers and their fixtures; a configuration's are not known to completion. */
export function listProviderEvents(): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    Object.entries(knownProviders).map(([name, { create }]) => {
      const types = [...Object.keys(create({}).events), ...Object.keys(fixtures[name] ?? {})]
      // Neither the sign for all events, nor names that a shell would have to quote.
      return [name, [...new Set(types)].filter((type) => /^[\w.-]+$/.test(type)).toSorted()]
    }),
  )
}

const commit = /^context_hub\.commit\./

/** Event types by platform; a commit of LangSmith is triggered as `commit`. Names of Fleet's webhooks are not known. */
export function listPlatformEvents(): Readonly<Record<string, readonly string[]>> {
  const { sonzai = [], invoratec = [], langsmith = [] } = listProviderEvents()
  return { sonzai, invoratec, langsmith: langsmith.map((type) => (commit.test(type) ? 'commit' : type)) }
}
