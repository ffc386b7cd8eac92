import {
  lookUpProvider,
  listProviders,
  loadProvider,
  readSecrets,
  type ChosenProvider,
  type NamedProvider,
} from '../choose-provider.ts'
import type { SallyportConfig } from '../config/config-schema.ts'
import type { Context } from '../context.ts'
import { httpUrl } from '../options.ts'
import { toLine, type Output } from '../output.ts'
import { endQuestions } from './end-questions.ts'
import { listEvents } from './list-events.ts'

// Loaded when somebody is asked: most command lines say everything.
const load = () => import('@clack/prompts')

/** Whether somebody can be asked: at a terminal that shows more than a column, and not with `--json`. */
export function canAsk({ isJson }: Output): boolean {
  return !isJson && process.stdin.isTTY && process.stderr.isTTY && process.stderr.columns > 1
}

/** Results go to stdout. */
const common = { input: process.stdin, output: process.stderr }
const mostItems = 10

/** Asks for a provider; `undefined` when the question is left. Those with a secret come first. */
export async function askProvider({ env, cwd }: Context, config: SallyportConfig): Promise<ChosenProvider | undefined> {
  const choices = listProviders(config).map((name) => {
    const chosen = lookUpProvider(name, config, env)
    return { chosen, isReady: hasSecret(chosen, { env, cwd }) }
  })
  const options = choices
    .toSorted((one, other) => Number(other.isReady) - Number(one.isReady))
    .map(({ chosen: { name, title }, isReady }) => ({
      value: name,
      label: toLine(title),
      hint: isReady ? toLine(name) : `${toLine(name)}, no secret`,
    }))
  const { isCancel, select } = await load()
  const answer = await endQuestions((signal) =>
    select({ ...common, signal, message: 'Which provider?', options, maxItems: mostItems }),
  )
  return isCancel(answer) ? undefined : loadProvider(choices.find(({ chosen }) => chosen.name === answer)!.chosen)
}

function hasSecret(chosen: NamedProvider, environment: Pick<Context, 'env' | 'cwd'>): boolean {
  try {
    return readSecrets(chosen, undefined, environment).length > 0
  } catch {
    return false
  }
}

/** Asks for an event of a provider; `undefined` when the question is left. */
export async function askEvent(chosen: ChosenProvider): Promise<string | undefined> {
  const { autocomplete, isCancel, text } = await load()
  const message = 'Which event?'
  const events = listEvents(chosen.provider)
  const options = events.map((value) => ({ value, label: toLine(value) }))
  const answer = await endQuestions((signal) =>
    events.length === 0
      ? text({
          ...common,
          signal,
          message,
          placeholder: 'order.paid',
          validate: (value) => (value ? undefined : message),
        })
      : autocomplete({ ...common, signal, message, options, maxItems: mostItems, placeholder: 'type to search' }),
  )
  return isCancel(answer) ? undefined : answer
}

/** Asks where to send it; `undefined` when the question is left. */
export async function askTarget(url: URL): Promise<URL | undefined> {
  const { isCancel, text } = await load()
  const answer = await endQuestions((signal) =>
    text({
      ...common,
      signal,
      message: 'Where to?',
      initialValue: url.href,
      validate: (value) =>
        toUrl(value ?? '') === undefined ? 'Use a URL such as http://localhost:3000/hooks.' : undefined,
    }),
  )
  return isCancel(answer) ? undefined : toUrl(answer)
}

function toUrl(value: string): URL | undefined {
  try {
    return httpUrl(value)
  } catch {
    return undefined
  }
}
