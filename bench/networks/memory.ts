// Trains the network named in the arguments for some steps, in a process of its own, and prints its peak memory in MB.
import { NETS } from './nets.ts'

const STEPS = 20
const net = NETS.find(({ name }) => name === process.argv[2])!
const opened = await net.open(1)
for (let t = 0; t < STEPS; t++) await opened.step()
await opened.close()
console.log(Math.round(process.resourceUsage().maxRSS / 1000))
