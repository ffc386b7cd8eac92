import { autocompleteMultiselect, cancel, confirm, intro, isCancel, select, text } from '@clack/prompts'
import { checkFolder } from './arguments.ts'
import { senders } from './catalogue.ts'
import { defaults, frameworks, languages, stores, type Answers } from './choices.ts'
import { checkTarget } from './write-project.ts'
import { commandsOf, type PackageManager } from './package-manager.ts'

/** The user pressed Ctrl-C or Escape at a question. */
class Cancelled extends Error {}

/** Asks for what the flags leave open. Resolves to `undefined` if the user cancels. */
export async function ask(given: Partial<Answers>, manager: PackageManager): Promise<Answers | undefined> {
  intro('Create a webhook receiver with Sallyport')
  try {
    return {
      folder: given.folder ?? (await askFolder()),
      framework: given.framework ?? (await askChoice('Which framework?', frameworks, defaults.framework)),
      senders: given.senders ?? (await askSenders()),
      store: given.store ?? (await askChoice('Where to store events before they are handled?', stores, defaults.store)),
      language: given.language ?? (await askChoice('Which language?', languages, defaults.language)),
      install: given.install ?? answered(await confirm({ message: `Run ${commandsOf(manager).install} now?` })),
    }
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error
    cancel('Cancelled. Nothing was written.')
    return undefined
  }
}

function answered<Value>(value: Value): Exclude<Value, symbol> {
  if (isCancel(value)) throw new Cancelled()
  return value as Exclude<Value, symbol>
}

async function askFolder(): Promise<string> {
  const typed = await text({
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
): Promise<Name> {
  const entries = Object.entries<{ readonly title: string; readonly hint?: string }>(choices)
  const list = entries.map(([value, { title, hint }]) => ({ value, label: title, ...(hint !== undefined && { hint }) }))
  return answered(await select({ message, options: list, initialValue })) as Name
}

async function askSenders(): Promise<Answers['senders']> {
  const chosen = await autocompleteMultiselect({
    message: 'Who sends you webhooks?',
    options: senders.map((sender) => ({ value: sender.name, label: sender.title })),
    maxItems: 8,
    required: true,
  })
  const names = new Set(answered(chosen))
  return senders.filter(({ name }) => names.has(name))
}
