import type { Logger } from '#github/logger.ts'

/** Says nothing. */
export const silentLogger: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined }
