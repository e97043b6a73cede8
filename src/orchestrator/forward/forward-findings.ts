// What `annotate doctor` finds of forward records: a chain of hashes that does not hold. Nothing mends it: it would be another record.
import type { RoomsDatabase } from '../../core/database.ts'
import type { Finding } from '../../core/finding.ts'
import { ForwardRecords } from './records.ts'

export async function forwardFindings(database: RoomsDatabase): Promise<Finding[]> {
  const records = new ForwardRecords(database)
  const found: Finding[] = []
  for (const model of await records.models()) {
    const broken = await records.firstBreak(model)
    if (broken === null) continue
    found.push({
      part: 'forward_record',
      name: `${model}, promotion ${broken.record}, entry ${broken.place}`,
      fault: broken.fault,
      advice:
        'Something changed the database. Nothing mends that, and no figure is said of the record: take a backup from before it.',
    })
  }
  return found
}
