// Who takes jobs of this server's runs, on any machine.
import Type, { type Static } from 'typebox'

export const WorkerOut = Type.Object({
  id: Type.String(),
  host: Type.String(),
  pid: Type.Integer(),
  /** Of ANNOTATE: one of another version than the server's does none of its jobs. */
  version: Type.String(),
  platform: Type.String({ description: 'such as `linux-x64`' }),
  cpu: Type.String(),
  features: Type.Array(Type.String(), {
    description:
      'instructions by which kernels are chosen; workers that differ in them may differ in last bits',
  }),
  processes: Type.Integer({ description: 'jobs that it does at a time' }),
  kinds: Type.Array(Type.String(), {
    description: 'of jobs that it does: `export`, `training`, `backtest`, `moments`',
  }),
  started_at: Type.String({ description: 'ISO 8601, by the database’s clock' }),
  jobs: Type.Array(
    Type.Object({
      run: Type.String({ description: 'id of the training run' }),
      number: Type.Integer({ description: '0: the training of the checkpoint itself; from 1: folds' }),
    }),
  ),
  backtests: Type.Array(Type.String(), { description: 'ids of those that it has now' }),
  exports: Type.Array(Type.String(), { description: 'ids of those that it has now' }),
  moments: Type.Array(Type.String(), {
    description:
      'servers, `MACHINE:FOLDER`, of whose markets it makes rows of moments now, one for each stretch',
  }),
})
export type WorkerOut = Static<typeof WorkerOut>

export const WorkersOut = Type.Object({ workers: Type.Array(WorkerOut) })
export type WorkersOut = Static<typeof WorkersOut>
