import { tellStory } from '#demo/run-demo.ts'

const isAsTold = await tellStory(process.argv.includes('--exit') ? 'exit' : 'stay')
process.exitCode = isAsTold ? 0 : 1
