import { toVisible } from 'sallyport/provider'
import { lookUpProvider } from '../choose-provider.ts'
import type { SallyportConfig } from '../config/config-schema.ts'
import { firstEvent } from '../send/list-events.ts'
import { toWord } from '../send/next-step.ts'
import { chooseTarget, toReachable } from '../send/target.ts'
import type { Mounted } from './receivers.ts'

/** What runs, and where its secrets are. */
export interface ExampleOptions {
  readonly url: string
  readonly mounted: readonly Mounted[]
  readonly config: SallyportConfig
  readonly env: NodeJS.ProcessEnv
  /** The file of `--make-secrets`. */
  readonly envFile: string | undefined
}

/** A command that sends an event to this server; `undefined` where no secret is known to `send`. */
export function toExample({ url, mounted, config, env, envFile }: ExampleOptions): string | undefined {
  const name = mounted.find(({ explain }) => explain !== undefined)?.name
  if (name === undefined) return undefined
  const place = new URL(url)
  place.hostname = toReachable(place.hostname)
  const isFound = chooseTarget(undefined, config, env).url.origin === place.origin
  return [
    `npx sallyport send ${toWord(name)} ${toWord(firstEvent(lookUpProvider(name, config, env)))}`,
    ...(envFile === undefined ? [] : [`--env-from ${toWord(envFile)}`]),
    ...(isFound ? [] : [`--to ${place.origin}`]),
  ].join(' ')
}

/** What a view shows while there are no deliveries: the first lines matter most. */
export function toHints({ example, rows, notes }: HintOptions): string[] {
  const sending = example === undefined ? [] : ['', 'Send one from another terminal:', example]
  return [...sending, '', ...rows, ...(notes.length > 0 ? ['', ...notes.map((note) => toVisible(note))] : [])]
}

interface HintOptions {
  readonly example: string | undefined
  /** Where deliveries are received. */
  readonly rows: readonly string[]
  readonly notes: readonly string[]
}
