import { afterAll, describe, expect, it } from 'vitest'
import { checkTypes } from '../support/create/check-types.ts'
import { combinations, createProjectFolder } from '../support/create/projects.ts'
import { describeProjects } from '../support/create/receive-matrix.ts'

describeProjects(combinations)

describe('every project in TypeScript', () => {
  const projects = createProjectFolder()
  afterAll(() => projects.remove())

  it('type-checks with TypeScript 5.9 and 7', () => {
    const typed = combinations.filter(({ language }) => language === 'typescript')
    for (const combination of typed) projects.create(combination)
    expect(checkTypes(projects, typed, 'typescript')).toEqual({ code: 0, text: '' })
    expect(checkTypes(projects, typed, 'typescript5')).toEqual({ code: 0, text: '' })
  })
})
