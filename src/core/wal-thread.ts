// The thread that moves what a database's write-ahead log holds into its file, and waits for the disk meanwhile. Nobody who reads or writes waits for it.
import { parentPort, workerData } from 'node:worker_threads'
import { openConnection } from './connection.ts'

const sqlite = openConnection(String(workerData), 0)
const move = sqlite.prepare('PRAGMA wal_checkpoint(PASSIVE)').raw()

parentPort?.on('message', (order: 'move' | 'close') => {
  if (order === 'close') {
    sqlite.close()
    parentPort?.close()
    return
  }
  try {
    move.all([])
  } catch {
    // Another moves it at the moment, or the disk refuses: whoever writes next is told that.
  }
})
