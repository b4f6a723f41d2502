import { runTwin } from '#twin/run-twin.ts'

const { exitCode, text } = await runTwin(process.argv.slice(2))
process.stdout.write(text)
process.exitCode = exitCode
