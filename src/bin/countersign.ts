#!/usr/bin/env node
import { runProgram } from '#cli/program.ts'
import { openDoors } from '#command-line.ts'

// Whoever reads may stop reading, as `head` does.
process.stdout.on('error', () => process.exit())

await runProgram(process.argv.slice(2), openDoors(process.env))
