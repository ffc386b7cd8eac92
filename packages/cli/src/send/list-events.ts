import { lookUpProvider, listProviders, type ChosenProvider, type NamedProvider } from '../choose-provider.ts'
import type { Provider } from 'sallyport'
import { CliError } from '../cli-error.ts'
import type { SallyportConfig } from '../config/config-schema.ts'
import { fixtures } from 'sallyport/testing'
import { knownProviders } from '../known-providers.ts'
import { toWord } from './next-step.ts'

/** The events of a provider that `send` can make: those with a fixture first, then the declared ones. */
export function listEvents(provider: Provider): string[] {
  const made = Object.hasOwn(fixtures, provider.name) ? Object.keys(fixtures[provider.name]!) : []
  return [...new Set([...made, ...Object.keys(provider.events)])].filter((type) => type !== '*')
}

/** One to show in a command; a name of the user's own where the provider declares none. */
export function firstEvent({ name, settings: { provider } }: NamedProvider): string {
  if (provider === undefined) return knownProviders[name]!.event
  return listEvents(provider)[0] ?? 'order.paid'
}

const mostEvents = 40

/** @throws CliError `EVENT_MISSING`, with the events of the provider and the command to type */
export function failWithoutEvent(chosen: ChosenProvider): never {
  const events = listEvents(chosen.provider)
  const first = firstEvent(chosen)
  const more = events.length > mostEvents ? `\n… and ${events.length - mostEvents} more` : ''
  const list = events.length === 0 ? '' : `\n${events.slice(0, mostEvents).join('\n')}${more}`
  throw new CliError('usage', 'EVENT_MISSING', `which event of ${chosen.name}?`, {
    fix: `Type npx sallyport send ${toWord(chosen.name)} ${toWord(first)}, or another event:${list}`,
  })
}

/** @throws CliError `PROVIDER_MISSING`, with a command to type for each provider */
export function failWithoutProvider(config: SallyportConfig, env: NodeJS.ProcessEnv): never {
  const lines = listProviders(config).map((name) => {
    const first = firstEvent(lookUpProvider(name, config, env))
    return `npx sallyport send ${toWord(name)} ${toWord(first)}`
  })
  throw new CliError('usage', 'PROVIDER_MISSING', 'which provider, and which event?', {
    fix: `Type one of these; without the event, it lists the provider's events:\n${lines.join('\n')}`,
  })
}
