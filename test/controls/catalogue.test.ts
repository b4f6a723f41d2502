import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { catalogue } from '#controls/catalogue.ts'

const root = `${import.meta.dirname}/../..`
const controls = `${root}/src/controls`
const subjects = readdirSync(controls, { withFileTypes: true }).filter((entry) => entry.isDirectory())

describe('catalogue', () => {
  const ids = catalogue.map((control) => control.id)

  test('holds every control file, once, in alphabetical order', () => {
    const files = subjects.flatMap(({ name }) => readdirSync(`${controls}/${name}`))
    expect(ids).toEqual(files.map((file) => file.replace(/\.ts$/, '')).toSorted())
  })

  describe.each(catalogue)('$id', (control) => {
    test('has a test, a claim, a mapping, needs and a way out', () => {
      expect(existsSync(`${root}/test/controls/${control.subject}/${control.id}.test.ts`)).toBe(true)
      expect(control.title).toMatch(/^[A-Z].*[^.]$/)
      expect(control.satisfies.length).toBeGreaterThan(0)
      expect(control.needs.length).toBeGreaterThan(0)
      expect(control.remediation.trim()).not.toBe('')
    })

    test('has a page in the docs', () => {
      expect(existsSync(`${root}/docs/controls/${control.id}.md`)).toBe(true)
    })

    test('maps to criteria in alphabetical order, each once', () => {
      expect(control.satisfies).toEqual([...new Set(control.satisfies)].toSorted())
    })

    test('lives in the folder of its subject', () => {
      expect(readFileSync(`${controls}/${control.subject}/${control.id}.ts`, 'utf8')).toContain(`id: '${control.id}'`)
    })

    test('gives every setting a default, a description and a rule of strictness that accepts the setting itself', () => {
      const defaults = control.settings.parse({})
      expect(Object.keys(control.strictness)).toEqual(Object.keys(control.settings.shape))
      for (const [name, setting] of Object.entries(control.settings.shape)) {
        expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/)
        expect(z.toJSONSchema(z.object({ [name]: setting })).properties?.[name]).toHaveProperty('description')
        expect(control.strictness[name]?.(defaults[name], defaults[name])).toBe(true)
      }
    })
  })
})
