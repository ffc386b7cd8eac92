import type { Slicer } from '../zip/slicer.ts'
import { createJsonParser, type JsonOptions, type JsonParser } from './json-parser.ts'

/**
 * Parses JSON without repeated members, in slices of time: a megabyte of hostile JSON would hold the event loop for a hundred
 * milliseconds.
 *
 * @throws JsonFault
 */
export async function parseJson(text: string, slicer: Slicer, options?: JsonOptions): Promise<JsonParser> {
  const parser = createJsonParser(text, options)
  let steps = 0
  while (!parser.advance(() => slicer.isOver(++steps))) await slicer.pause()
  return parser
}

/** As `parseJson`, at once; for short texts of your own. @throws JsonFault */
export function parseJsonNow(text: string): unknown {
  const parser = createJsonParser(text)
  parser.advance(() => false)
  return parser.value
}
