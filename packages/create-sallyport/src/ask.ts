import { autocompleteMultiselect, cancel, confirm, intro, isCancel, select, text } from '@clack/prompts'
import { checkFolder } from './arguments.ts'
import { senders } from './catalogue.ts'
import { defaults, frameworks, languages, stores, type Answers } from './choices.ts'
import { endQuestions } from './end-questions.ts'
import { checkTarget } from './write-project.ts'
import { commandsOf, type PackageManager } from './package-manager.ts'

/** The user pressed Ctrl-C or Escape at a question. */
class Cancelled extends Error {}

/** Asks for what the flags leave open. Resolves to `undefined` if the user cancels. */
export async function ask(given: Partial<Answers>, manager: PackageManager): Promise<Answers | undefined> {
  intro('Create a webhook receiver with Sallyport')
  try {
    return await endQuestions((signal) => askAll(given, manager, signal))
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error
    cancel('Cancelled. Nothing was written.')
    return undefined
  }
}

async function askAll(given: Partial<Answers>, manager: PackageManager, signal: AbortSignal): Promise<Answers> {
  const { folder, framework, senders: chosen, store, language, install } = given
  const where = 'Where to store events before they are handled?'
  return {
    folder: folder ?? (await askFolder(signal)),
    framework: framework ?? (await askChoice('Which framework?', frameworks, defaults.framework, signal)),
    senders: chosen ?? (await askSenders(signal)),
    store: store ?? (await askChoice(where, stores, defaults.store, signal)),
    language: language ?? (await askChoice('Which language?', languages, defaults.language, signal)),
    install: install ?? answered(await confirm({ message: `Run ${commandsOf(manager).install} now?`, signal })),
  }
}

function answered<Value>(value: Value): Exclude<Value, symbol> {
  if (isCancel(value)) throw new Cancelled()
  return value as Exclude<Value, symbol>
}

async function askFolder(signal: AbortSignal): Promise<string> {
  const typed = await text({
    signal,
    message: 'Which folder?',
    placeholder: defaults.folder,
    defaultValue: defaults.folder,
    validate: (value) => explain(() => checkTarget(checkFolder(value || defaults.folder))),
  })
  return answered(typed)
}

/** The message of what a check throws. */
function explain(check: () => unknown): string | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

async function askChoice<Name extends string>(
  message: string,
  choices: Readonly<Record<Name, { readonly title: string; readonly hint?: string }>>,
  initialValue: Name,
  signal: AbortSignal,
): Promise<Name> {
  const entries = Object.entries<{ readonly title: string; readonly hint?: string }>(choices)
  const list = entries.map(([value, { title, hint }]) => ({ value, label: title, ...(hint !== undefined && { hint }) }))
  return answered(await select({ message, options: list, initialValue, signal })) as Name
}

async function askSenders(signal: AbortSignal): Promise<Answers['senders']> {
  const chosen = await autocompleteMultiselect({
    signal,
    message: 'Who sends you webhooks?',
    options: senders.map((sender) => ({ value: sender.name, label: sender.title })),
    maxItems: 8,
    required: true,
  })
  const names = new Set(answered(chosen))
  return senders.filter(({ name }) => names.has(name))
}
