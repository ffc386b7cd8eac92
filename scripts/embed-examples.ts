import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { listDocuments, readDocument } from './documents/documents.ts'
import { embedExamples } from './documents/embed-examples.ts'
import { fillErrorTables } from './documents/error-tables.ts'
import { listStaleFiles, writeGeneratedFile } from './documents/generated-files.ts'
import { fillLicenceTables } from './documents/licence-tables.ts'
import { fillMistakeTables } from './documents/mistake-tables.ts'
import { readSenders, type Sender } from './documents/senders/read-senders.ts'
import { fillSenderTables } from './documents/senders/sender-tables.ts'
import { root } from './run-command.ts'

/** Whether every document shows the current examples and error codes, and the generated files are current; prints what is not. */
export async function checkDocuments(): Promise<boolean> {
  const senders = await readSenders()
  const stale = listDocuments().filter((path) => readDocument(path) !== fill(path, senders))
  for (const path of stale)
    console.error(
      `${path} differs from examples/, the error codes, the mistakes, the licences or the senders; run: npm run embed`,
    )
  const staleFiles = await listStaleFiles()
  for (const path of staleFiles) console.error(`${path} differs from the senders; run: npm run embed`)
  return stale.length + staleFiles.length === 0
}

async function writeDocuments(): Promise<void> {
  for (const path of await listStaleFiles()) {
    await writeGeneratedFile(path)
    console.log(`wrote ${path}`)
  }
  const senders = await readSenders()
  for (const path of listDocuments()) {
    const text = fill(path, senders)
    if (text === readDocument(path)) continue
    writeFileSync(join(root, path), text)
    console.log(`wrote ${path}`)
  }
}

function fill(path: string, senders: readonly Sender[]): string {
  const text = fillSenderTables(readDocument(path), senders)
  return fillMistakeTables(fillLicenceTables(fillErrorTables(embedExamples(text))))
}

// Only when started as a program; the checks import this file.
if (import.meta.url === pathToFileURL(process.argv[1]!).href) await writeDocuments()
