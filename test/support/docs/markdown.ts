import { readDocument } from '../../../scripts/documents/documents.ts'

export { listDocuments, readDocument } from '../../../scripts/documents/documents.ts'

/** A fenced block of a document. */
export interface Block {
  /** Path of the document from the top folder. */
  readonly document: string
  /** Line of the block's first line of code. */
  readonly line: number
  readonly language: string
  /** Words behind the language, as `fragment`. */
  readonly flags: readonly string[]
  readonly code: string
}

/** A table as it is written: cells trimmed, head row apart. */
export interface Table {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** A section: a heading with the text up to the next heading of the same or a higher level. */
export interface Section {
  readonly title: string
  readonly text: string
}

const fence = /^```(.*)\n([\s\S]*?)^```$/gm

/** The fenced blocks of a document. */
export function readBlocks(path: string): Block[] {
  const text = readDocument(path)
  return [...text.matchAll(fence)].map(({ index, 1: info = '', 2: code = '' }) => {
    const [language = '', ...flags] = info.trim().split(/\s+/)
    return { document: path, line: text.slice(0, index).split('\n').length + 1, language, flags, code }
  })
}

/** The text without its fenced blocks. */
export function withoutBlocks(text: string): string {
  return text.replaceAll(fence, '')
}

/** The tables of a text, in order. */
export function readTables(text: string): Table[] {
  const tables = withoutBlocks(text).match(/(?:^\|.*\|[ \t]*\n)+/gm) ?? []
  return tables.map((table) => {
    const [head = [], _rule, ...rows] = table.trim().split('\n').map(readCells)
    return { head, rows }
  })
}

/** The first table whose head starts with a word. */
export function findTable(text: string, firstHead: string): Table {
  const table = readTables(text).find(({ head }) => head[0] === firstHead)
  if (table === undefined) throw new Error(`no table whose head starts with "${firstHead}"`)
  return table
}

function readCells(row: string): string[] {
  return row
    .trim()
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim())
}

/** The sections of a text at one level of heading. */
export function readSections(text: string, level: number): Section[] {
  const plain = withoutBlocks(text)
  const heading = new RegExp(`^#{${level}} (.+)$`, 'gm')
  const end = new RegExp(`^#{1,${level}} `, 'm')
  return [...plain.matchAll(heading)].map(({ index, 0: line, 1: title = '' }) => {
    const rest = plain.slice(index + line.length)
    const stop = rest.search(end)
    return { title, text: stop < 0 ? rest : rest.slice(0, stop) }
  })
}

/** The anchors GitHub gives the headings of a text. */
export function readAnchors(text: string): string[] {
  const headings = [...withoutBlocks(text).matchAll(/^#{1,6} (.+)$/gm)]
  return headings.map(({ 1: title = '' }) =>
    title
      .toLowerCase()
      .replace(/[^\p{Letter}\p{Number} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** The texts in backticks, blocks left out. */
export function readCodeSpans(text: string): string[] {
  return [...withoutBlocks(text).matchAll(/`([^`]+)`/g)].map(({ 1: code = '' }) => code)
}
