import type { Answers } from './choices.ts'
import { frameworks, languages, stores } from './choices.ts'
import { commandsOf, type PackageManager } from './package-manager.ts'
import { toEnter, toWord } from './to-word.ts'

/** What to type next: two commands, and how to send a delivery. */
export function describeNext(answers: Answers, manager: PackageManager, isInstalled: boolean): string {
  const { folder, framework, senders, store, language } = answers
  const { install, dev, sallyport } = commandsOf(manager)
  const [first] = senders
  const enter = folder === '.' ? [] : [toEnter(folder)]
  const before = [...enter, ...(isInstalled ? [] : [install])].join(' && ')
  const events = store === 'none' ? [] : [stores[store].title]
  const parts = [frameworks[framework].title, ...events, languages[language].title]
  return [
    '',
    `Created ${folder}: ${parts.join(', ')}. It receives from ${listSenders(answers)}.`,
    '',
    ...(needs[store] === undefined ? [] : [needs[store], '']),
    'Start it:',
    ...(before === '' ? [] : [`  ${before}`]),
    `  ${dev}`,
    '',
    `Then, in another terminal in ${folder === '.' ? 'this folder' : folder}, send it a signed delivery:`,
    `  ${sallyport} send ${first!.name} ${toWord(first!.event)}`,
    '',
  ].join('\n')
}

function listSenders({ senders }: Answers): string {
  return senders.length > 3 ? `${senders.length} senders` : senders.map(({ name }) => name).join(', ')
}

const needs: Readonly<Record<string, string>> = {
  postgres: 'PostgreSQL must run at DATABASE_URL in .env; docker compose up --wait starts one.',
  redis: 'Redis must run at REDIS_URL in .env; docker compose up --wait starts one.',
}
