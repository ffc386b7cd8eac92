import { readdir } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { readStyle } from './style.ts'

it('reads the style of all pages as one text', async () => {
  const style = await readStyle()
  const names = await readdir(new URL('../client/style/', import.meta.url))
  expect(names).toContain('variables.css')
  expect(style).toContain('--accent: light-dark(')
  expect(style).toContain('.panel > .head')
  expect(style).not.toContain('@import')
})
