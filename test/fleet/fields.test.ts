import { checkInput, FleetField, type FleetInput } from '@sallyport/fleet'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

type Definition = Record<string, unknown>

function check(definitions: readonly Definition[], input: FleetInput) {
  return checkInput(
    definitions.map((definition) => FleetField.parse(definition)),
    input,
  )
}

/** The result for one value; the message if it is rejected. */
function value(definition: Definition, given: unknown): unknown {
  const checked = check([{ name: 'it', label: 'The Field', ...definition }], { it: given })
  return checked.ok ? checked.input['it'] : checked.problems.map(({ label, message }) => `${label} ${message}`).join()
}

const options = [
  { label: 'Development', value: 'dev' },
  { label: 'Production', value: 'prod' },
]

describe('checkInput on a value', () => {
  it.each<[Definition, unknown]>([
    [{}, ''],
    [{}, 'text'],
    [{ type: 'string' }, '7'],
    [{ type: 'textarea' }, 'two\nlines'],
    [{ type: 'number' }, 0],
    [{ type: 'number' }, -1.5e300],
    [{ type: 'boolean' }, false],
    [{ type: 'json' }, { a: [1, null] }],
    [{ type: 'json' }, [1]],
    [{ type: 'json' }, 7],
    [{ type: 'json' }, false],
    [{ type: 'json' }, 'plain text'],
    [{ type: 'json' }, ''],
    [{ type: 'select', options }, 'prod'],
    [{ type: 'select', options: [{ value: 3 }, { value: true }] }, 3],
    [{ type: 'select', options: ['dev', 'prod'] }, 'dev'],
    [{ type: 'colour' }, '#fff'],
    [{ type: 'Number' }, 'not the documented type'],
    [{ type: 'constructor' }, 5],
  ])('accepts for %j the value %j', (definition, given) => {
    expect(value(definition, given)).toEqual(given)
  })

  it.each<[Definition, unknown, string]>([
    [{}, 7, 'must be text'],
    [{ type: 'textarea' }, ['a'], 'must be text'],
    [{ type: 'number' }, '7', 'must be a number'],
    [{ type: 'number' }, '', 'must be a number'],
    [{ type: 'number' }, JSON.parse('1e999'), 'must be a number'],
    [{ type: 'number' }, Number.NaN, 'must be a number'],
    [{ type: 'number' }, true, 'must be a number'],
    [{ type: 'boolean' }, 'false', 'must be true or false'],
    [{ type: 'boolean' }, 0, 'must be true or false'],
    [{ type: 'json' }, '{"a":', 'must be valid JSON'],
    [{ type: 'json' }, String.raw`{"a":1,"b":[{"\u0061":1,"a":2}]}`, 'must not have a member twice'],
    [{ type: 'json' }, ' [1,]', 'must be valid JSON'],
    [{ type: 'select', options }, 'Production', 'must be one of Development, Production'],
    [{ type: 'select', options }, '', 'must be one of Development, Production'],
    [{ type: 'select', options }, ['prod'], 'must be one of Development, Production'],
    [{ type: 'select', options: [{ value: '3' }] }, 3, 'must be one of 3'],
    [{ type: 'select', options: [] }, 'a', 'has no options to select'],
    [{ type: 'select' }, 'a', 'has no options to select'],
  ])('rejects for %j the value %j', (definition, given, message) => {
    expect(value(definition, given)).toBe(`The Field ${message}`)
  })

  it('rejects more than 128 KiB of the text of JSON editors', () => {
    expect(value({ type: 'json' }, `[${' '.repeat(128 * 1024)}]`)).toBe('The Field must be JSON of at most 128 KiB')
    const half = `[${' '.repeat(50 * 1024)}]`
    const fields = ['a', 'b', 'c'].map((name) => ({ name, type: 'json' }))
    expect(check(fields, { a: half, b: half })).toMatchObject({ ok: true })
    expect(check(fields, { a: half, b: half, c: half })).toMatchObject({ problems: [{ field: 'c' }] })
  })

  it('accepts the text of a JSON editor', () => {
    expect(value({ type: 'json' }, ' {"a":[1,"x"]}\n')).toEqual({ a: [1, 'x'] })
    expect(value({ type: 'json' }, '[true]')).toEqual([true])
    const read = value(
      { type: 'json' },
      '{"__proto__":{"polluted":1},"a":{"constructor":{"prototype":{"polluted":1}}}}',
    )
    expect(JSON.stringify(read)).toBe('{"a":{}}')
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype)
  })

  it('reads names in a JSON editor, whatever it read before', () => {
    value({ type: 'json' }, String.raw`{"lead of fields":0,"regio\\":{}}`)
    const read = value({ type: 'json' }, String.raw`{"lead of fields":0,"regio\u006e":"eu"}`)
    expect(read).toEqual({ 'lead of fields': 0, region: 'eu' })
  })

  it('names the first options of a long list', () => {
    const many = Array.from({ length: 25 }, (_, index) => ({ label: `Region ${index}`, value: `r${index}` }))
    expect(value({ type: 'select', options: many }, 'r99')).toMatch(
      /must be one of Region 0, .*Region 9, or one of 15 more$/,
    )
  })
})

describe('checkInput on an empty value', () => {
  it.each([undefined, null])('uses the default or leaves it absent (%j)', (empty) => {
    expect(value({ type: 'boolean', default: true }, empty)).toBe(true)
    expect(value({ type: 'select', options, default: 'dev' }, empty)).toBe('dev')
    expect(value({ type: 'json', default: '{"a":1}' }, empty)).toEqual({ a: 1 })
    expect(value({ type: 'later', default: [1] }, empty)).toEqual([1])
    for (const type of ['string', 'number', 'boolean', 'json', 'select', 'later']) {
      expect(check([{ name: 'it', type, default: null }], { it: empty })).toEqual({ ok: true, input: {} })
    }
  })

  it('keeps false, 0 and empty text', () => {
    expect(value({ type: 'boolean', default: true }, false)).toBe(false)
    expect(value({ type: 'number', default: 5 }, 0)).toBe(0)
    expect(value({ default: 'x' }, '')).toBe('')
  })

  it('rejects a default that is invalid', () => {
    expect(value({ type: 'boolean', default: 'true' }, undefined)).toBe(
      'The Field has a default that must be true or false',
    )
    expect(value({ type: 'boolean', default: 'true' }, true)).toBe(true)
  })
})

describe('checkInput on a form', () => {
  it('reports every problem by name and label', () => {
    const fields = [
      { name: 'a', label: 'First', type: 'number' },
      { name: 'b', label: null, type: 'boolean' },
      { name: 'c', label: '  ' },
    ]
    expect(check(fields, { a: 'x', b: 'x', c: 5 })).toEqual({
      ok: false,
      problems: [
        { field: 'a', label: 'First', message: 'must be a number' },
        { field: 'b', label: 'b', message: 'must be true or false' },
        { field: 'c', label: 'c', message: 'must be text' },
      ],
    })
  })

  it('keeps members without a field', () => {
    expect(check([{ name: 'a' }], { a: 'x', more: { deep: [1] } })).toEqual({
      ok: true,
      input: { a: 'x', more: { deep: [1] } },
    })
  })

  it('rejects two fields of one name', () => {
    const checked = check(
      [
        { name: 'env', type: 'select', options },
        { name: 'env', label: 'Again' },
      ],
      { env: 'dev' },
    )
    expect(checked).toMatchObject({
      ok: false,
      problems: [{ label: 'Again', message: 'has the same name as another field' }],
    })
  })

  it('accepts at most 200 fields', () => {
    const fields = Array.from({ length: 201 }, (_, index) => ({ name: `f${index}` }))
    expect(check(fields.slice(1), {}).ok).toBe(true)
    expect(check(fields, {})).toMatchObject({
      ok: false,
      problems: [{ label: 'f200', message: expect.stringContaining('200') }],
    })
  })

  it.each(['constructor', 'toString', 'hasOwnProperty', 'valueOf'])('accepts a field named %s', (name) => {
    expect(check([{ name, type: 'number' }], {})).toEqual({ ok: true, input: {} })
    expect(check([{ name, type: 'number' }], { [name]: 5 })).toEqual({ ok: true, input: { [name]: 5 } })
    expect(check([{ name, type: 'number', default: 1 }], {})).toEqual({ ok: true, input: { [name]: 1 } })
  })

  it('rejects a field named __proto__ and drops such a value', () => {
    expect(check([{ name: '__proto__', default: { polluted: true } }], {}).ok).toBe(false)
    const input = JSON.parse('{"a":"x","__proto__":{"polluted":true}}') as FleetInput
    const checked = check([{ name: 'a' }], input)
    expect(checked).toEqual({ ok: true, input: { a: 'x' } })
    expect(Object.assign({}, checked.ok && checked.input)).not.toHaveProperty('polluted')
  })

  it('keeps labels on one short line', () => {
    const label = `Env\u001b[31m\r\n\u202e${'x'.repeat(500)}`
    const [problem] = problemsOf(
      check([{ name: 'a', label, type: 'select', options: [{ label, value: 'b' }] }], { a: 1 }),
    )
    expect(problem!.label).toMatch(/^Env\\u\{1b\}\[31m\\r\\n\\u\{202e\}x+…$/)
    expect(problem!.label.length + problem!.message.length).toBeLessThan(200)
  })
})

const anyType = fc.constantFrom('string', 'number', 'boolean', 'textarea', 'json', 'select', 'later', undefined)
const anyDefinition = fc.record(
  { name: fc.string({ minLength: 1 }), label: fc.string(), type: anyType, default: fc.jsonValue() },
  { requiredKeys: ['name'] },
)

describe('checkInput on random input', () => {
  it('accepts it, or rejects it without showing a value', () => {
    const marker = 'hunter2-hunter2'
    const given = fc.dictionary(fc.string(), fc.oneof(fc.jsonValue(), fc.constant(marker), fc.constant([marker])))
    fc.assert(
      fc.property(fc.uniqueArray(anyDefinition, { selector: ({ name }) => name }), given, (definitions, input) => {
        const checked = check(definitions, input)
        if (!checked.ok) expect(JSON.stringify(checked)).not.toContain(marker)
        else {
          expect(Object.hasOwn(checked.input, '__proto__')).toBe(false)
          // What passed passes again, and no more comes of it.
          expect(check(definitions, checked.input)).toEqual(checked)
        }
      }),
    )
  })
})

function problemsOf(checked: ReturnType<typeof check>) {
  return checked.ok ? [] : checked.problems
}
