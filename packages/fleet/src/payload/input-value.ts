import { decodeJson, toVisible } from 'sallyport/provider'
import { JsonFault } from '../json/json-fault.ts'
import { parseJsonNow } from '../json/parse-json.ts'
import type { FleetField } from './payload.ts'

/** A valid value, or what it must be instead. */
export type ValueCheck =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string }

/** How much text of JSON editors may still be parsed, in characters. */
export interface JsonRoom {
  left: number
}

/** Makes room for the text of all JSON editors of a form: parsing so much takes some milliseconds. */
export function createJsonRoom(): JsonRoom {
  return { left: mostJson }
}

const mostJson = 128 * 1024

/** Checks one value by the type of its field. Nothing is converted, except the text of a JSON editor. */
export function checkValue(field: FleetField, value: unknown, room: JsonRoom): ValueCheck {
  switch (field.type) {
    case 'string':
    case 'textarea':
      return check(typeof value === 'string', value, 'must be text')
    case 'number':
      return check(typeof value === 'number' && Number.isFinite(value), value, 'must be a number')
    case 'boolean':
      return check(typeof value === 'boolean', value, 'must be true or false')
    case 'json':
      return checkJson(value, room)
    case 'select':
      return checkOption((field.options ?? []).filter(hasValue), value)
    default:
      return { ok: true, value }
  }
}

function check(isRight: boolean, value: unknown, message: string): ValueCheck {
  return isRight ? { ok: true, value } : { ok: false, message }
}

function checkJson(value: unknown, room: JsonRoom): ValueCheck {
  if (typeof value !== 'string' || !beginsAsContainer.test(value)) return { ok: true, value }
  room.left -= value.length
  return room.left < 0 ? { ok: false, message: `must be JSON of at most ${mostJson / 1024} KiB` } : readJsonText(value)
}

const mostShown = 10

type Option = NonNullable<FleetField['options']>[number]

function hasValue(option: Option): boolean {
  return option.value !== undefined && option.value !== null
}

function checkOption(options: readonly Option[], value: unknown): ValueCheck {
  if (options.some((option) => option.value === value)) return { ok: true, value }
  const shown = options.slice(0, mostShown).map((option) => showLabel(option.label ?? String(option.value)))
  const rest = options.length - shown.length
  const list = `${shown.join(', ')}${rest > 0 ? `, or one of ${rest} more` : ''}`
  return { ok: false, message: shown.length === 0 ? 'has no options to select' : `must be one of ${list}` }
}

const longestLabel = 80

/** A label on one line. It is free text of the webhook's owner, of any length. */
export function showLabel(label: string): string {
  // Cut first: making a megabyte visible takes seconds.
  const visible = toVisible(label.trim().slice(0, longestLabel + 1)).trim()
  return visible.length > longestLabel ? `${visible.slice(0, longestLabel)}…` : visible
}

const beginsAsContainer = /^\s*[[{]/

/**
 * A JSON editor may send its text instead of the value. Text that begins like an object or a list must be one; any other
 * string is a JSON value itself. No object may have two members of one name, as the text stays in `raw` for other readers. As in
 * every decoded body, members that could reach a prototype are dropped.
 */
function readJsonText(text: string): ValueCheck {
  const fail = (message: string): ValueCheck => ({ ok: false, message })
  try {
    parseJsonNow(text)
    return { ok: true, value: decodeJson(text) }
  } catch (error) {
    const isTwice = error instanceof JsonFault && error.kind === 'duplicate'
    return fail(isTwice ? 'must not have a member twice' : 'must be valid JSON')
  }
}
