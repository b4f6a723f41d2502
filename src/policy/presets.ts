import type { Mode } from './effective-policy.ts'
import type { PresetName } from './policy-document.ts'

/** A policy to start from, under one name. Whatever a file says itself goes before what its preset says. */
export interface Preset {
  readonly name: PresetName
  /** Completes the schema's description, so that editors show it. */
  readonly summary: string
  /** The mode of controls of which no file says a mode. */
  readonly mode: Mode
  /** True when nothing is enforced under this preset, whatever the files say. */
  readonly isTrial: boolean
  /** Controls that judge nothing until a file names them: what they ask for is not asked of everybody. */
  readonly onlyWhenNamed: readonly string[]
  /** Settings by control id, where they differ from the control's own defaults. Controls the catalogue lacks are passed over. */
  readonly settings: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

export const presets: Readonly<Record<PresetName, Preset>> = {
  /** The default, also without any file: installing the app, or writing half a policy, never blocks anyone. */
  soc2: {
    name: 'soc2',
    summary:
      'Every control with its own defaults, observed until a file says enforce; signed-commits only when a file names it.',
    mode: 'observe',
    isTrial: false,
    onlyWhenNamed: ['signed-commits'],
    settings: {},
  },
  strict: {
    name: 'strict',
    summary: 'Every control enforced, and two approvals for every change.',
    mode: 'enforce',
    isTrial: false,
    onlyWhenNamed: [],
    settings: { 'independent-review': { rules: [{ name: 'every change', approvals: 2 }] } },
  },
  /** For a trial: a policy can be written in full, with `enforce` in it, and is made real by changing this one word. */
  'observe-all': {
    name: 'observe-all',
    summary: 'A trial: nothing is enforced, whatever this file or a repository says.',
    mode: 'observe',
    isTrial: true,
    onlyWhenNamed: [],
    settings: {},
  },
}

export const defaultPreset: PresetName = 'soc2'
