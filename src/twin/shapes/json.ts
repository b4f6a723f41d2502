import type { World } from '../state/world.ts'

/** A JSON object on its way out. */
export type Json = Record<string, unknown>

/** Where the REST API of this GitHub lives: as on an Enterprise server. */
export const apiUrl = (world: World, path: string): string => `${world.origin}/api/v3${path}`

export const htmlUrl = (world: World, path: string): string => `${world.origin}${path}`
