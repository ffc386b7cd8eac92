import { starters, toVariable } from '../../../packages/cli/src/known-providers.ts'
import { quote } from '../quote.ts'
import { readSenders } from './read-senders.ts'

/** A sender as the command and `create-sallyport` list it. */
export interface ListedSender {
  readonly name: string
  readonly title: string
  readonly variable: string
  readonly secretPrefix: string
  readonly event: string
  /** Whether a made-up text can be its secret: not where that is a public key, or hex. */
  readonly takesMadeUpSecret: boolean
}

const madeUp = Buffer.alloc(32, 7).toString('base64')

/** Senders that the command knows: those with facts of its own, then all others that need no option. */
export async function listKnownSenders(): Promise<ListedSender[]> {
  const listed = Object.entries(starters).map(([name, starter]) => ({ name, takesMadeUpSecret: true, ...starter }))
  return [...listed, ...(await readOthers())]
}

async function readOthers(): Promise<(ListedSender & { readonly module: string; readonly factory: string })[]> {
  const others = (await readSenders()).filter(({ name, isPlain }) => isPlain && !Object.hasOwn(starters, name))
  return others.map(({ name, module, factory, provider: { about, events, scheme }, fixtures }) => ({
    name,
    module,
    factory,
    title: about!.title,
    variable: toVariable(name),
    secretPrefix: about!.secretPrefix ?? '',
    takesMadeUpSecret: scheme.prepareKey((about!.secretPrefix ?? '') + madeUp) !== undefined,
    event: Object.keys(fixtures).find((type) => Object.hasOwn(events, type)) ?? Object.keys(events)[0]!,
  }))
}

/** The file from which the command loads a sender by name. */
export async function createKnownSenders(): Promise<string> {
  const entries = (await readOthers()).map(({ name, module, factory, title, secretPrefix, event }) => {
    const lines = [
      `title: ${quote(title)}`,
      `secretPrefix: ${quote(secretPrefix)}`,
      `event: ${quote(event)}`,
      `load: async () => (await import(${quote(module)})).${factory}()`,
    ]
    const key = /^\w+$/.test(name) ? name : quote(name)
    return `  ${key}: {\n${lines.map((line) => `    ${line},\n`).join('')}  },\n`
  })
  return `// Written by \`npm run embed\`, from the providers of sallyport.
import type { Provider } from 'sallyport'

/** A sender whose provider needs no option. */
export interface KnownSender {
  readonly title: string
  /** What its secrets begin with. */
  readonly secretPrefix: string
  /** An event to begin with. */
  readonly event: string
  readonly load: () => Promise<Provider>
}

/** Senders by name. */
export const knownSenders: Readonly<Record<string, KnownSender>> = {
${entries.join('')}}
`
}
